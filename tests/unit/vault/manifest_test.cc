#include "vault/manifest.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/file.h"
#include "crypto/hash.h"

namespace sluice::vault {
namespace {

std::string golden_text() {
  return read_text_file(std::string(SLUICE_ROOT) + "/tests/golden/dataset-manifest.json", 1 << 20).value();
}

std::string changed(const std::function<void(Manifest&)>& change) {
  Manifest manifest = parse_manifest(golden_text()).value();
  change(manifest);
  auto parsed = parse_manifest(manifest_text(manifest));
  return parsed ? "ok" : std::string(parsed.error().reason) + " " + parsed.error().detail;
}

TEST(Manifest, TheGoldenManifestIsItsOwnCanonicalForm) {
  std::string golden = golden_text();
  auto manifest = parse_manifest(golden);
  ASSERT_TRUE(manifest) << manifest.error().reason << manifest.error().detail;
  EXPECT_EQ(manifest_text(*manifest), golden);
  EXPECT_EQ(manifest_digest(*manifest), sm3(view(golden)));
  EXPECT_EQ(manifest->columns[1].type, table::Type::decimal);
  EXPECT_EQ(manifest->row_groups, (std::vector<int64_t>{65536, 34464}));
}

TEST(Manifest, AnInconsistentOneDoesNotParse) {
  EXPECT_EQ(changed([](Manifest&) {}), "ok");
  EXPECT_EQ(changed([](Manifest& m) { m.format = "sluice-dataset/2"; }), "vault.bad_manifest format");
  EXPECT_EQ(changed([](Manifest& m) { m.rows++; }), "vault.bad_manifest rows");
  EXPECT_EQ(changed([](Manifest& m) { m.row_groups[0] = -1; }), "vault.bad_manifest row group rows");
  EXPECT_EQ(changed([](Manifest& m) { m.row_groups.pop_back(); }), "vault.bad_manifest rows");
  EXPECT_EQ(changed([](Manifest& m) { m.columns[0].chunks[1].offset++; }), "vault.bad_manifest chunk offset");
  EXPECT_EQ(changed([](Manifest& m) { m.columns[0].chunks[0].size = 0; }), "vault.bad_manifest chunk size");
  EXPECT_EQ(changed([](Manifest& m) { m.columns[0].chunks.pop_back(); }), "vault.bad_manifest chunks");
  EXPECT_EQ(changed([](Manifest& m) { m.columns[1].name = m.columns[0].name; }), "vault.bad_manifest column name twice");
  EXPECT_EQ(changed([](Manifest& m) { m.columns[0].scale = 1; }), "vault.bad_manifest scale");
  EXPECT_EQ(changed([](Manifest& m) { m.columns[1].scale = 19; }), "vault.bad_manifest scale");
  EXPECT_EQ(changed([](Manifest& m) { m.columns.clear(); }), "vault.bad_manifest columns");
  EXPECT_EQ(changed([](Manifest& m) { m.dataset.clear(); }), "vault.bad_manifest dataset");
}

TEST(Manifest, AMemberThatIsNotInTheFormatIsRefused) {
  std::string text = golden_text();
  text.replace(0, 1, "{\"a_hint\":1,");
  auto parsed = parse_manifest(text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().reason, "record.unknown_field");
}

}  // namespace
}  // namespace sluice::vault
