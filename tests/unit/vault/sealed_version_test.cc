#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "crypto/hash.h"
#include "table/engine.h"
#include "tests/support/random_table.h"
#include "vault/sealed_reader.h"
#include "vault/sealed_writer.h"

namespace sluice::vault {
namespace {

namespace fs = std::filesystem;
using sluice::testing::every_type;
using sluice::testing::random_batch;
using table::Batch;
using table::MemoryTable;
using table::Type;

std::string reason_of(const auto& result) { return result ? std::string("ok") : std::string(result.error().reason); }

// A folder of versions, and one version of every type in it.
class SealedVersion : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sluice_vault_" + std::to_string(::getpid()) + "_" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string dir(const std::string& name = "v1") const { return folder_ / name; }

  SealRequest request(const std::string& version = "ver_1") {
    SealRequest out{.dataset = "ds_1", .version = version, .specs = every_type(), .keys = {}};
    out.row_group_rows = 1000;
    for (size_t i = 0; i < out.specs.size(); i++) out.keys.push_back(key(i, version));
    return out;
  }
  static SecretBytes key(size_t column, const std::string& version = "ver_1") {
    return SecretBytes(hkdf_sm3(view("test key"), view(version), std::to_string(column), 16));
  }
  static std::vector<ColumnKey> keys(std::vector<size_t> columns, const std::string& version = "ver_1") {
    std::vector<ColumnKey> out;
    for (size_t c : columns) out.push_back({every_type()[c].name, key(c, version)});
    return out;
  }
  static std::vector<ColumnKey> all_keys(const std::string& version = "ver_1") {
    std::vector<size_t> columns(every_type().size());
    for (size_t i = 0; i < columns.size(); i++) columns[i] = i;
    return keys(columns, version);
  }

  // Seals `sizes` batches and returns the table that was sealed.
  MemoryTable seal(const std::string& name, std::vector<size_t> sizes, const std::string& version = "ver_1",
                   uint64_t seed = 7) {
    SeededRandom random(seed);
    MemoryTable table(every_type());
    auto writer = SealedWriter::create(dir(name), request(version));
    EXPECT_TRUE(writer);
    for (size_t n : sizes) {
      Batch batch = random_batch(every_type(), random, n, 11);
      EXPECT_TRUE((*writer)->append(batch));
      EXPECT_TRUE(table.append(batch));
    }
    EXPECT_EQ(reason_of((*writer)->finish()), "ok");
    return table;
  }
  Result<std::unique_ptr<SealedReader>> open(std::vector<ColumnKey> column_keys, const std::string& name = "v1") {
    Manifest manifest = TRY(load_manifest(dir(name)));
    return SealedReader::open(dir(name), std::move(manifest), std::move(column_keys));
  }
  static table::Column whole(table::ColumnSource& source, size_t column) {
    table::ColumnBuilder out(source.specs()[column]);
    for (size_t g = 0; g < source.row_groups(); g++) {
      auto part = source.read(g, column);
      if (!part) {
        ADD_FAILURE() << part.error().reason << " " << part.error().detail;
        break;
      }
      out.append_rows(**part, 0, (*part)->rows());
    }
    return out.finish();
  }
  void overwrite(const std::string& file, size_t at, char by) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekg(static_cast<std::streamoff>(at));
    char old = static_cast<char>(out.get());
    out.seekp(static_cast<std::streamoff>(at));
    out.put(static_cast<char>(old ^ by));
  }

  fs::path folder_;
};

TEST_F(SealedVersion, EveryTypeComesBackWhateverTheSizesOfBatches) {
  for (std::vector<size_t> sizes : {std::vector<size_t>{1}, {1000}, {2500}, {600, 700}, {1, 999, 1, 4000, 63}}) {
    std::string name = "v" + std::to_string(sizes.size()) + "_" + std::to_string(sizes[0]);
    MemoryTable sealed = seal(name, sizes, "ver_1", sizes[0]);
    auto reader = open(all_keys(), name);
    ASSERT_TRUE(reader) << reader.error().reason;
    EXPECT_EQ((*reader)->rows(), sealed.rows());
    for (size_t c = 0; c < every_type().size(); c++)
      EXPECT_TRUE(whole(**reader, c).same_values(whole(sealed, c))) << every_type()[c].name;
    EXPECT_TRUE(verify_version(dir(name), (*reader)->manifest()));
  }
}

TEST_F(SealedVersion, AnEmptyTableIsAVersion) {
  seal("v1", {});
  auto reader = open(all_keys());
  ASSERT_TRUE(reader) << reader.error().reason;
  EXPECT_EQ((*reader)->rows(), 0u);
  EXPECT_EQ((*reader)->read_rows(std::vector<size_t>{0}, 0, 10)->rows, 0u);
}

TEST_F(SealedVersion, ThreeKeysReadThreeColumnsAndNoOthers) {
  MemoryTable sealed = seal("v1", {1500});
  auto reader = open(keys({1, 3, 4}));
  ASSERT_TRUE(reader);
  for (size_t c = 0; c < every_type().size(); c++) {
    auto part = (*reader)->read(0, c);
    if (c == 1 || c == 3 || c == 4) {
      EXPECT_TRUE(part) << c;
      continue;
    }
    ASSERT_FALSE(part) << c;
    EXPECT_EQ(part.error().reason, "vault.key_missing");
    EXPECT_EQ(part.error().detail, every_type()[c].name);
  }
  EXPECT_EQ(reason_of((*reader)->read_rows(std::vector<size_t>{1, 0}, 0, 10)), "vault.key_missing");
  EXPECT_EQ(reason_of(open({{"no such column", key(0)}})), "vault.unknown_column");
}

TEST_F(SealedVersion, TheKeyOfAnotherColumnOpensNothing) {
  seal("v1", {100});
  auto reader = open({{every_type()[0].name, key(1)}});
  ASSERT_TRUE(reader);
  EXPECT_EQ(reason_of((*reader)->read(0, 0)), "vault.chunk_tampered");
}

TEST_F(SealedVersion, AnyChangedByteOfAChunkIsFoundWithAndWithoutKeys) {
  seal("v1", {2500});
  Manifest manifest = load_manifest(dir()).value();
  const ManifestChunk& chunk = manifest.columns[3].chunks[1];
  std::string file = dir() + "/" + column_file(3);
  for (int64_t at : {chunk.offset, chunk.offset + chunk.size / 2, chunk.offset + chunk.size - 1}) {
    overwrite(file, static_cast<size_t>(at), 1);
    auto reader = open(all_keys());
    auto part = (*reader)->read(1, 3);
    ASSERT_FALSE(part);
    EXPECT_EQ(part.error().reason, "vault.chunk_tampered");
    EXPECT_EQ(part.error().detail, "column money, chunk 1");
    EXPECT_TRUE((*reader)->read(0, 3));
    Status verified = verify_version(dir(), manifest);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().detail, "column money, chunk 1");
    overwrite(file, static_cast<size_t>(at), 1);
  }
}

TEST_F(SealedVersion, ChunksThatChangedPlacesDoNotOpen) {
  seal("v1", {1000, 1000});
  Manifest manifest = load_manifest(dir()).value();
  auto& chunks = manifest.columns[6].chunks;  // booleans: both chunks have one size
  ASSERT_EQ(chunks[0].size, chunks[1].size);
  std::string file = dir() + "/" + column_file(6);
  Bytes content = read_file(file, 1 << 20).value();
  std::rotate(content.begin(), content.begin() + chunks[0].size, content.end());
  ASSERT_TRUE(write_file(file, content));
  auto reader = open(all_keys());
  EXPECT_EQ(reason_of((*reader)->read(0, 6)), "vault.chunk_tampered");
  EXPECT_EQ(reason_of((*reader)->read(1, 6)), "vault.chunk_tampered");
  EXPECT_EQ(reason_of(verify_version(dir(), manifest)), "vault.chunk_tampered");
}

TEST_F(SealedVersion, AColumnReplayedFromAnotherVersionDoesNotOpen) {
  seal("v1", {1000}, "ver_1");
  // The worst case: the same key was wrongly given to both versions; the associated data still tells them apart.
  SealRequest second = request("ver_2");
  second.keys = request("ver_1").keys;
  SeededRandom random(7);
  auto writer = SealedWriter::create(dir("v2"), std::move(second));
  ASSERT_TRUE((*writer)->append(random_batch(every_type(), random, 1000, 11)));
  ASSERT_TRUE((*writer)->finish());
  fs::copy_file(dir("v1") + "/0003.col", dir("v2") + "/0003.col", fs::copy_options::overwrite_existing);
  auto reader = open(all_keys("ver_1"), "v2");
  EXPECT_EQ(reason_of((*reader)->read(0, 3)), "vault.chunk_tampered");
  EXPECT_TRUE((*reader)->read(0, 4));
}

TEST_F(SealedVersion, TruncatedMissingAndLengthenedFilesAreFound) {
  seal("v1", {2500});
  Manifest manifest = load_manifest(dir()).value();
  std::string file = dir() + "/" + column_file(2);
  auto size = fs::file_size(file);
  std::ofstream(file, std::ios::app) << "x";
  EXPECT_EQ(reason_of(verify_version(dir(), manifest)), "vault.extra_bytes");
  fs::resize_file(file, size - 1);
  EXPECT_EQ(reason_of(verify_version(dir(), manifest)), "vault.chunk_tampered");
  auto reader = open(all_keys());
  EXPECT_EQ(reason_of((*reader)->read(2, 2)), "vault.chunk_tampered");
  fs::remove(file);
  EXPECT_EQ(reason_of(verify_version(dir(), manifest)), "vault.file_missing");
  EXPECT_EQ(reason_of(open(all_keys())), "vault.file_missing");
}

TEST_F(SealedVersion, TheManifestIsTheOneThatTheLedgerNames) {
  seal("v1", {10});
  Manifest manifest = load_manifest(dir()).value();
  Digest digest = manifest_digest(manifest);
  EXPECT_TRUE(load_manifest(dir(), &digest));
  digest[5] ^= 1;
  EXPECT_EQ(reason_of(load_manifest(dir(), &digest)), "vault.wrong_manifest");
}

TEST_F(SealedVersion, NoPlaintextReachesTheDisk) {
  table::ColumnBuilder builder(Type::text);
  for (int i = 0; i < 500; i++) builder.append_text("FINDME-" + std::to_string(i % 3));
  Batch batch;
  batch.rows = 500;
  batch.columns.push_back(builder.finish());
  SealRequest one{.dataset = "ds_1", .version = "ver_1", .specs = {{"note", Type::text, 0}}, .keys = {}};
  one.keys.push_back(key(0));
  auto writer = SealedWriter::create(dir(), std::move(one));
  ASSERT_TRUE((*writer)->append(batch));
  ASSERT_TRUE((*writer)->finish());
  for (const auto& entry : fs::directory_iterator(dir())) {
    Bytes content = read_file(entry.path(), 1 << 20).value();
    EXPECT_EQ(text(content).find("FINDME"), std::string_view::npos) << entry.path();
  }
}

TEST_F(SealedVersion, ADroppedWriterLeavesNothing) {
  {
    SeededRandom random(1);
    auto writer = SealedWriter::create(dir(), request());
    ASSERT_TRUE((*writer)->append(random_batch(every_type(), random, 3000, 0)));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(SealedVersion, AKilledWriterLeavesNoVersionAndItsRestIsSweptAway) {
  pid_t child = ::fork();
  if (child == 0) {
    SeededRandom random(1);
    auto writer = SealedWriter::create(dir(), request());
    if (!writer || !(*writer)->append(random_batch(every_type(), random, 3000, 0))) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(fs::exists(dir()));
  EXPECT_EQ(remove_unfinished(folder_).value(), 1u);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(SealedVersion, AFinishedVersionIsNeverReplaced) {
  seal("v1", {10});
  EXPECT_EQ(reason_of(SealedWriter::create(dir(), request())), "vault.exists");
  auto late = SealedWriter::create(dir("v3"), request());
  fs::create_directory(dir("v3"));
  EXPECT_EQ(reason_of((*late)->finish()), "vault.exists");
  EXPECT_EQ(reason_of((*late)->finish()), "vault.writer_closed");
}

TEST_F(SealedVersion, ARequestThatWouldWeakenSealingIsRefused) {
  SealRequest twice = request();
  twice.keys[1] = twice.keys[0];
  EXPECT_EQ(reason_of(SealedWriter::create(dir(), std::move(twice))), "vault.bad_request");
  SealRequest short_key = request();
  short_key.keys[0] = SecretBytes(Bytes(15, 1));
  EXPECT_EQ(reason_of(SealedWriter::create(dir(), std::move(short_key))), "vault.bad_request");
  SealRequest few = request();
  few.keys.pop_back();
  EXPECT_EQ(reason_of(SealedWriter::create(dir(), std::move(few))), "vault.bad_request");
  for (std::string name : {"..", ".", "a/b", ""}) {
    int fd = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY);
    EXPECT_EQ(reason_of(SealedWriter::create_at(fd, name, request())), "vault.bad_request") << name;
    ::close(fd);
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(SealedVersion, PagesAreTheRowsOfTheTableAlsoAcrossRowGroups) {
  MemoryTable sealed = seal("v1", {1000, 1000, 700});
  auto reader = open(all_keys());
  std::vector<size_t> columns = {8, 0, 3};
  SeededRandom random(3);
  for (int round = 0; round < 50; round++) {
    uint64_t offset = random.below(2800);
    size_t n = random.below(1500);
    auto page = (*reader)->read_rows(columns, offset, n);
    ASSERT_TRUE(page);
    size_t expected = offset >= 2700 ? 0 : std::min<size_t>(n, 2700 - offset);
    ASSERT_EQ(page->rows, expected);
    for (size_t i = 0; i < columns.size(); i++) {
      table::ColumnBuilder cut(every_type()[columns[i]]);
      cut.append_rows(whole(sealed, columns[i]), offset, expected);
      ASSERT_TRUE(cut.finish().same_values(page->columns[i]));
    }
  }
}

TEST_F(SealedVersion, TheEngineAggregatesASealedVersionAsItDoesATable) {
  MemoryTable sealed = seal("v1", {5000, 5000});
  auto reader = open(keys({1, 3, 4}));
  auto engine = table::Engine::create().value();
  ASSERT_TRUE(engine->mount("sealed", **reader));
  ASSERT_TRUE(engine->mount("plain", sealed));
  std::string columns = "few_texts, count(*), sum(money), min(day), max(day)";
  auto a = engine->query_all("SELECT " + columns + " FROM sealed GROUP BY ALL ORDER BY 1 NULLS FIRST");
  auto b = engine->query_all("SELECT " + columns + " FROM plain GROUP BY ALL ORDER BY 1 NULLS FIRST");
  ASSERT_TRUE(a && b) << (a ? "" : a.error().reason);
  ASSERT_EQ(a->rows, b->rows);
  for (size_t i = 0; i < a->columns.size(); i++) EXPECT_TRUE(a->columns[i].same_values(b->columns[i])) << i;
  EXPECT_EQ(reason_of(engine->query_all("SELECT * FROM sealed")), "vault.key_missing");
}

TEST_F(SealedVersion, AHugeTextIsCutIntoSmallRowGroupsAndATooHugeOneRefused) {
  SealRequest one{.dataset = "ds_1", .version = "ver_1", .specs = {{"note", Type::text, 0}}, .keys = {}};
  one.keys.push_back(key(0));
  auto writer = SealedWriter::create(dir(), std::move(one));
  table::ColumnBuilder builder(Type::text);
  std::string large(20u << 20, 'x');
  for (int i = 0; i < 6; i++) builder.append_text(large);
  Batch batch;
  batch.rows = 6;
  batch.columns.push_back(builder.finish());
  ASSERT_TRUE((*writer)->append(batch));
  ASSERT_TRUE((*writer)->finish());
  EXPECT_EQ((*writer)->manifest().row_groups, (std::vector<int64_t>{4, 2}));
}

}  // namespace
}  // namespace sluice::vault
