# SPDX-License-Identifier: MIT
# The script that draws the charts of HTML reports: report/charts.js beside the executable, bundled
# from Debian's node-vega by esbuild. It is optional: without either, reports have tables alone.
# Two libraries of maps that Vega names are not packaged, and not used.
set(RK_CHARTS_SOURCES ${CMAKE_SOURCE_DIR}/framework/pack/charts/charts.js
  ${CMAKE_SOURCE_DIR}/framework/pack/charts/licences.js ${CMAKE_SOURCE_DIR}/framework/pack/charts/empty.cjs)
set(RK_NODE_MODULES /usr/share/nodejs CACHE PATH "Where vega-view and its parts are")
find_program(RK_ESBUILD esbuild)
if(RK_ESBUILD AND EXISTS ${RK_NODE_MODULES}/vega-view/package.json
    AND EXISTS ${RK_NODE_MODULES}/vega-interpreter/package.json)
  set(RK_CHARTS ${CMAKE_BINARY_DIR}/report/charts.js)
  set(empty ${CMAKE_SOURCE_DIR}/framework/pack/charts/empty.cjs)
  add_custom_command(OUTPUT ${RK_CHARTS} DEPENDS ${RK_CHARTS_SOURCES}
    COMMAND ${CMAKE_COMMAND} -E env NODE_PATH=${RK_NODE_MODULES} ${RK_ESBUILD}
      ${CMAKE_SOURCE_DIR}/framework/pack/charts/charts.js --bundle --minify --format=iife --target=es2020 --charset=utf8
      --legal-comments=inline --log-level=warning --alias:d3-geo-projection=${empty} --alias:d3-delaunay=${empty}
      --outfile=${RK_CHARTS}
    COMMENT "Bundling report/charts.js" VERBATIM)
  add_custom_target(report_charts ALL DEPENDS ${RK_CHARTS})
else()
  message(STATUS "No esbuild or node-vega: HTML reports will have no charts")
  add_custom_target(report_charts)
endif()
