# SPDX-License-Identifier: MIT
# What `cmake --install` puts where. The prefix can be copied elsewhere afterwards: the command and the
# library find rules, profiles and headers from where they are.
include(CMakePackageConfigHelpers)
set(RK_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/reckoner)
set(RK_RULES_BELOW ${CMAKE_INSTALL_LIBDIR}/reckoner/rules)
set_target_properties(reckoner_shared PROPERTIES EXPORT_NAME reckoner)
set_target_properties(reckoner_static PROPERTIES EXPORT_NAME static)
install(TARGETS reckoner_shared EXPORT reckoner-shared)
install(TARGETS reckoner_static EXPORT reckoner-static)
install(EXPORT reckoner-shared NAMESPACE reckoner:: DESTINATION ${RK_CMAKE_DIR})
install(EXPORT reckoner-static NAMESPACE reckoner:: DESTINATION ${RK_CMAKE_DIR})
configure_package_config_file(cmake/reckoner-config.cmake.in reckoner-config.cmake INSTALL_DESTINATION ${RK_CMAKE_DIR}
  PATH_VARS RK_RULES_BELOW)
write_basic_package_version_file(reckoner-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/reckoner-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/reckoner-config-version.cmake
  DESTINATION ${RK_CMAKE_DIR})
install(DIRECTORY include/reckoner DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN "layout.json")
if(TARGET reckon)
  install(TARGETS reckon)
endif()
foreach(rule ${RK_RULES})
  install(TARGETS ${rule} DESTINATION ${CMAKE_INSTALL_LIBDIR}/reckoner/rules)
endforeach()

if(RK_CHARTS)
  install(FILES ${RK_CHARTS} DESTINATION ${CMAKE_INSTALL_DATADIR}/reckoner/report)
endif()
install(FILES ${RK_PROFILES} DESTINATION ${CMAKE_INSTALL_DATADIR}/reckoner/profiles)

# The schemas as files, for editors: what `reckon schema KIND` prints, with the rules of this build.
if(TARGET reckon AND NOT RK_SANITIZE AND NOT RK_COVERAGE AND NOT CMAKE_CROSSCOMPILING)
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/schemas/result.schema.json DEPENDS reckon rules cmake/schemas.cmake
    COMMAND ${CMAKE_COMMAND} -E env --unset=RECKONER_RULES ${CMAKE_COMMAND} -D reckon=$<TARGET_FILE:reckon>
      -D folder=${CMAKE_BINARY_DIR}/schemas -P ${CMAKE_SOURCE_DIR}/cmake/schemas.cmake
    COMMENT "Writing schemas/" VERBATIM)
  add_custom_target(schemas ALL DEPENDS ${CMAKE_BINARY_DIR}/schemas/result.schema.json)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/reckoner)
endif()

# For users with pkg-config, which is all that most C programs have.
file(RELATIVE_PATH RK_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
# With --static: the static library of this project and the shared ones that it needs. Those in turn name what they
# need; a program that is static as a whole could load no rule.
set(RK_LIBS_PRIVATE)
foreach(name CJSON CURL GMP SQLITE CRYPTO XXHASH ZLIB ZIP EXPAT XLSXWRITER)
  list(APPEND RK_LIBS_PRIVATE ${${name}_LDFLAGS})
endforeach()
list(REMOVE_DUPLICATES RK_LIBS_PRIVATE)
list(JOIN RK_LIBS_PRIVATE " " RK_LIBS_PRIVATE)
configure_file(cmake/reckoner.pc.in reckoner.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/reckoner.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

file(GLOB RK_MANUALS CONFIGURE_DEPENDS docs/man/*.1)
if(RK_MANUALS)
  install(FILES ${RK_MANUALS} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

# Where the shells look for completions.
install(FILES completions/reckon.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME reckon)
install(FILES completions/_reckon DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/reckon.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The Python package: pure Python, which finds the library in the same prefix.
set(RK_PYTHON_DIR lib/python3/dist-packages CACHE STRING "Where Python packages go, below the prefix")
install(DIRECTORY framework/python/reckoner DESTINATION ${RK_PYTHON_DIR} FILES_MATCHING PATTERN "*.py" PATTERN "py.typed"
  PATTERN "__pycache__" EXCLUDE)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
