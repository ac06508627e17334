# The rule packs inside the executable: regenerated when a pack changes.
file(GLOB rule_packs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/*.yaml)
set(embedded_rules ${CMAKE_BINARY_DIR}/generated/embedded_rules.cc)
add_custom_command(
  OUTPUT ${embedded_rules}
  COMMAND ${CMAKE_COMMAND} -DOUT=${embedded_rules} -DRULES=${CMAKE_SOURCE_DIR}/rules -P ${CMAKE_SOURCE_DIR}/cmake/embed_rules.cmake
  DEPENDS ${rule_packs} ${CMAKE_SOURCE_DIR}/cmake/embed_rules.cmake
  COMMENT "embedding the rule packs")
target_sources(rules PRIVATE ${embedded_rules})
