# SPDX-License-Identifier: MIT
# Writes the schema of each kind of document to a file: cmake -D reckon=COMMAND -D folder=FOLDER -P schemas.cmake
execute_process(COMMAND ${reckon} complete schema "" OUTPUT_VARIABLE kinds COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\t[^\n]*" "" kinds "${kinds}")
string(REGEX MATCHALL "[a-z-]+" kinds "${kinds}")
file(MAKE_DIRECTORY ${folder})
foreach(kind ${kinds})
  execute_process(COMMAND ${reckon} schema ${kind} --output ${folder}/${kind}.schema.json COMMAND_ERROR_IS_FATAL ANY)
endforeach()
