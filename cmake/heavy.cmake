# Files that include a heavy third-party header compile alone: a unity batch would drag it through seven neighbours.
set(heavy_sources
  src/edge/cli/parse.cc
  src/edge/http/server.cc
  src/edge/http/local_client.cc)
set_source_files_properties(${heavy_sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# Boost.Asio's coroutines: clang 14 has them but does not yet say so to libstdc++ 12.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  set_source_files_properties(src/edge/http/server.cc PROPERTIES COMPILE_DEFINITIONS
    "__cpp_impl_coroutine=201902L")
endif()

set_source_files_properties(src/edge/cli/version.cc src/edge/api/administration_routes.cc PROPERTIES COMPILE_DEFINITIONS "SLUICE_VERSION=\"${PROJECT_VERSION}\"")
