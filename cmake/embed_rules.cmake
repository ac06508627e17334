# Turns rules/*.yaml into a C++ file, so that the one executable works without the folder. Run by the build with
# -DOUT=… -DRULES=…; raw strings keep the texts byte for byte.
file(GLOB packs ${RULES}/*.yaml)
list(SORT packs)
set(body "// Made from rules/*.yaml by the build.\n#include \"rules/embedded.h\"\n\nnamespace sluice::rules {\n\nconst EmbeddedPack kEmbeddedPacks[] = {\n")
foreach(pack ${packs})
  get_filename_component(name ${pack} NAME_WLE)
  file(READ ${pack} content)
  string(APPEND body "    {\"${name}\", R\"SLUICEPACK(${content})SLUICEPACK\"},\n")
endforeach()
string(APPEND body "};\nconst size_t kEmbeddedPackCount = sizeof(kEmbeddedPacks) / sizeof(kEmbeddedPacks[0]);\n\n}  // namespace sluice::rules\n")
file(WRITE ${OUT} "${body}")
