# cmake --install build/release --prefix DIR: what runs without the source tree. The program finds its library and its console beside itself.
#   bin/sluice · lib/libduckdb.so · share/sluice/console · share/sluice/rules · share/doc/sluice
include(GNUInstallDirs)
install(TARGETS sluice RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT sluice)
# Where INSTALL_RPATH looks, whatever this machine calls its library folder.
install(FILES ${DUCKDB_DIR}/libduckdb.so DESTINATION lib PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ COMPONENT sluice)
install(CODE "
  if(NOT EXISTS \"${CMAKE_SOURCE_DIR}/web/dist/index.html\")
    message(FATAL_ERROR \"the console is not built: run ./dev build, or npm run build in web/\")
  endif()" COMPONENT sluice)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/web/dist/ DESTINATION share/sluice/console COMPONENT sluice)
# To read and to propose others after; the program has its own inside.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/rules/ DESTINATION share/sluice/rules COMPONENT sluice)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/ARCHITECTURE.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION share/doc/sluice COMPONENT sluice)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION share/doc/sluice COMPONENT sluice)
install(FILES ${CMAKE_SOURCE_DIR}/web/openapi.yaml DESTINATION share/doc/sluice COMPONENT sluice)
