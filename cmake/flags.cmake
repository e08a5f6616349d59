# SPDX-License-Identifier: MIT
# How everything is compiled: warnings, hardening, and what watches the tests.
include(CheckCCompilerFlag)

add_compile_options(-Wall -Wextra -Wconversion -Wshadow)
# The library's structs begin with the public ones as unnamed members (ledger/result.h).
add_compile_options(-fms-extensions)
check_c_compiler_flag(-Wno-microsoft-anon-tag RK_HAVE_ANON_TAG)
if(RK_HAVE_ANON_TAG)
  add_compile_options(-Wno-microsoft-anon-tag)
endif()
if(RK_WERROR)
  add_compile_options(-Werror)
endif()

# Addresses are resolved at start and then read-only; stacks carry canaries. The
# library reads documents of strangers and loads their code.
add_compile_options(-fstack-protector-strong)
check_c_compiler_flag(-fstack-clash-protection RK_HAVE_STACK_CLASH)
if(RK_HAVE_STACK_CLASH)
  add_compile_options(-fstack-clash-protection)
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

# Bounds of libc calls are checked where the optimiser runs, and where no
# sanitizer already does it better.
if(NOT RK_SANITIZE AND NOT RK_FUZZ)
  add_compile_options("$<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
endif()

if(RK_SANITIZE)
  add_compile_options(-g -fno-omit-frame-pointer -fsanitize=${RK_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RK_SANITIZE})
endif()
if(RK_COVERAGE)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "RK_COVERAGE needs clang")
  endif()
  # How the processes of a program count together: tests/support/counting.c.
  set(counting ${CMAKE_SOURCE_DIR}/tests/support/counting.c)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -O2 -fPIC -fvisibility=hidden -D_GNU_SOURCE
    -DRK_COUNTS="${CMAKE_BINARY_DIR}/counts" -c ${counting} -o ${CMAKE_BINARY_DIR}/counting.o COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${counting})
  set(RK_COUNTED "-fprofile-instr-generate=${CMAKE_BINARY_DIR}/counts/%m%c.profraw")
  add_compile_options(${RK_COUNTED} -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
  add_link_options(${RK_COUNTED} ${CMAKE_BINARY_DIR}/counting.o)
endif()

# The executable is loaded anywhere, as the libraries are.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
