# SPDX-License-Identifier: MIT
# What `cmake --install` puts where. `reckon` looks for rules in the folder of the
# prefix that was configured: give CMAKE_INSTALL_PREFIX when configuring.
install(TARGETS reckoner_static reckoner_shared)
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

# For users with pkg-config, which is all that most C programs have.
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
