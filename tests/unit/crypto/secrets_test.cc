#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/custody.h"
#include "crypto/document_signature.h"
#include "crypto/keyfile.h"
#include "crypto/password.h"
#include "crypto/tls_identity.h"
#include "crypto/token.h"
#include "crypto/totp.h"

namespace sluice {
namespace {

SecretText words(const char* text) { return SecretText(text); }

TEST(Password, HashIsSaltedAndVerifiesOnlyItsPassword) {
  std::string a = *password_hash(words("correct horse")), b = *password_hash(words("correct horse"));
  EXPECT_NE(a, b);
  EXPECT_TRUE(a.starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_TRUE(password_verify(a, words("correct horse")));
  EXPECT_FALSE(password_verify(a, words("correct horsE")));
  for (const char* bad : {"", "$argon2id$", "$argon2i$v=19$m=65536,t=2,p=1$AAAA$AAAA", "plain"}) EXPECT_FALSE(password_verify(bad, words("x")));
}

TEST(Password, StoredParamsAreBoundedBeforeMemoryIsTaken) {
  SystemRandom random;
  Argon2Params good{1, 64, random_bytes(random, 16)};
  EXPECT_EQ(argon2_key(words("x"), good, 16)->reveal("test"), argon2_key(words("x"), good, 16)->reveal("test"));
  for (Argon2Params bad : {Argon2Params{0, 64, good.salt}, Argon2Params{99, 64, good.salt}, Argon2Params{1, 1 << 30, good.salt},
                           Argon2Params{1, 64, Bytes(8)}, Argon2Params{-1, -1, good.salt}})
    EXPECT_EQ(argon2_key(words("x"), bad, 16).error().reason, "password.bad_params");
}

// RFC 6238 appendix B, the SHA-1 rows cut to six digits.
TEST(Totp, GivesTheExamplesOfRfc6238) {
  SecretBytes seed(to_bytes("12345678901234567890"));
  EXPECT_EQ(totp_code(seed, 59 * kSecondMs), "287082");
  EXPECT_EQ(totp_code(seed, 1111111109 * kSecondMs), "081804");
  EXPECT_EQ(totp_code(seed, 20000000000 * kSecondMs), "353130");
}

TEST(Totp, CodeWorksOnceAndOneStepAround) {
  SystemRandom random;
  SecretBytes seed = new_totp_seed(random);
  TimeMs now = 1700000000 * kSecondMs;
  std::string code = totp_code(seed, now);
  int64_t step = *totp_check(seed, code, now + 30 * kSecondMs, 0);
  EXPECT_EQ(step, now / 30000);
  EXPECT_EQ(totp_check(seed, code, now, step).error().reason, "totp.replayed");
  EXPECT_FALSE(totp_check(seed, code, now + 90 * kSecondMs, 0));
  EXPECT_EQ(totp_check(seed, "", now, 0).error().reason, "totp.wrong_code");
  EXPECT_EQ(totp_uri(SecretBytes(to_bytes("foobar")), "数闸", "a b").reveal("test"),
            "otpauth://totp/%E6%95%B0%E9%97%B8:a%20b?secret=MZXW6YTBOI&issuer=%E6%95%B0%E9%97%B8&algorithm=SHA1&digits=6&period=30");
}

TEST(Token, DigestFindsTheTokenAndTokensDiffer) {
  SystemRandom random;
  NewToken a = new_token(random, "slt"), b = new_token(random, "slt");
  EXPECT_TRUE(a.text.reveal("test").starts_with("slt_"));
  EXPECT_EQ(token_digest(a.text.reveal("test")), a.digest);
  EXPECT_NE(a.digest, b.digest);
}

TEST(TlsIdentity, CertificateCarriesItsNamesAndIsStableUnderFingerprint) {
  auto identity = make_tls_identity({"localhost", "127.0.0.1", "::1"}, 1700000000000);
  ASSERT_TRUE(identity);
  EXPECT_TRUE(identity->certificate_pem.starts_with("-----BEGIN CERTIFICATE-----"));
  EXPECT_TRUE(identity->key_pem.reveal("test").starts_with("-----BEGIN PRIVATE KEY-----"));
  EXPECT_EQ(*certificate_fingerprint(identity->certificate_pem), *certificate_fingerprint(identity->certificate_pem));
  EXPECT_EQ(make_tls_identity({}, 0).error().reason, "tls.no_names");
  EXPECT_EQ(make_tls_identity({"a,DNS:evil"}, 0).error().reason, "tls.bad_name");
  EXPECT_EQ(certificate_fingerprint("nothing").error().reason, "tls.bad_certificate");
}

TEST(KeyFile, SealedKeyOpensOnlyWithItsPassphrase) {
  PartyKey key{"承保方", Sm2PrivateKey::generate()};
  std::string file = *sealed_key_file(key, words("a long passphrase"));
  EXPECT_EQ(file.find(hex(key.key.scalar().reveal("test"))), std::string::npos);
  auto back = read_key_file(file, words("a long passphrase"));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->name, "承保方");
  EXPECT_EQ(back->key.public_key(), key.key.public_key());
  EXPECT_EQ(read_key_file(file, words("a long passphrasf")).error().reason, "keyfile.wrong_passphrase");
  EXPECT_EQ(read_key_file(file, {}).error().reason, "keyfile.passphrase_needed");
}

TEST(KeyFile, HalvesOfTwoKeysCannotBeMixed) {
  PartyKey one{"a", Sm2PrivateKey::generate()}, two{"b", Sm2PrivateKey::generate()};
  std::string sealed = *sealed_key_file(one, words("pass phrase")), plain = unsealed_key_file(one);
  auto swap_public = [&](const std::string& file) {
    Json json = *parse_json(file);
    json.set("public_key", hex(two.key.public_key().bytes()));
    json.set("key_id", sm2_key_id(two.key.public_key()));
    return canonical(json);
  };
  EXPECT_EQ(read_key_file(swap_public(sealed), words("pass phrase")).error().reason, "keyfile.wrong_passphrase");
  EXPECT_EQ(read_key_file(swap_public(plain), {}).error().reason, "keyfile.malformed");
  EXPECT_TRUE(read_key_file(plain, {}));
  EXPECT_EQ(read_public_key_file(public_key_file({"b", two.key.public_key()}))->key, two.key.public_key());
  EXPECT_EQ(read_key_file(public_key_file({"b", two.key.public_key()}), {}).error().reason, "keyfile.malformed");
  EXPECT_EQ(read_public_key_file("{}").error().reason, "keyfile.malformed");
}

TEST(DocumentSignature, CanonicalFormIgnoresLayoutAndNothingElse) {
  auto key = Sm2PrivateKey::generate();
  Json signature = sign_document(key, view("{\"b\": 1, \"a\": [true]}"));
  EXPECT_EQ(*verify_document(view("{\"a\":[true],\"b\":1}\n"), signature), key.public_key());
  EXPECT_EQ(*verify_json(*parse_json("{\"a\":[true],\"b\":1}"), signature), key.public_key());
  EXPECT_EQ(verify_document(view("{\"a\":[true],\"b\":2}"), signature).error().reason, "signature.wrong_document");
  Json raw = sign_document(key, view("a,b\n1,2\n"));
  EXPECT_TRUE(verify_document(view("a,b\n1,2\n"), raw));
  EXPECT_EQ(verify_document(view("a,b\n1,2"), raw).error().reason, "signature.wrong_document");
}

TEST(DocumentSignature, ForeignKeyOrForgedMembersAreRefused) {
  auto key = Sm2PrivateKey::generate(), other = Sm2PrivateKey::generate();
  Json good = sign_document(key, view("text"));
  Json bad = good;
  bad.set("public_key", hex(other.public_key().bytes()));
  EXPECT_EQ(verify_document(view("text"), bad).error().reason, "signature.malformed");  // key id does not fit
  bad.set("key_id", sm2_key_id(other.public_key()));
  EXPECT_EQ(verify_document(view("text"), bad).error().reason, "signature.invalid");
  bad = good;
  bad.set("form", "html");
  EXPECT_EQ(verify_document(view("text"), bad).error().reason, "signature.malformed");
  EXPECT_EQ(verify_document(view("text"), Json()).error().reason, "signature.malformed");
}

TEST(Custody, HierarchyOpensFromThePassphraseDown) {
  SystemRandom random;
  NewRoot root = *create_root(words("root passphrase"), random, PasswordCost::interactive);
  SpaceKeysFile file = *create_space_keys(root.key, random);
  SecretBytes opened = *open_root(root.file, words("root passphrase"));
  SpaceKeys keys = *open_space_keys(opened, file);
  std::vector<std::string> columns{"fee", "sex"};
  NewDatasetKeys fresh = *create_dataset_keys(keys.space, "ds_1", "1", columns, random);
  ColumnKeys back = *open_dataset_keys(keys.space, fresh.wraps, columns);
  EXPECT_EQ(back.at("fee").reveal("test"), fresh.keys.at("fee").reveal("test"));
  EXPECT_NE(back.at("fee").reveal("test"), back.at("sex").reveal("test"));
  EXPECT_EQ(open_root(root.file, words("root passphrasf")).error().reason, "custody.wrong_passphrase");
  EXPECT_EQ(create_root(words("short"), random).error().reason, "custody.passphrase_too_short");
  auto resealed = reseal_root(root.file, words("root passphrase"), words("another passphrase"), random, PasswordCost::interactive);
  EXPECT_EQ(open_root(*resealed, words("another passphrase"))->reveal("test"), root.key.reveal("test"));
  EXPECT_FALSE(open_root(*resealed, words("root passphrase")));
}

TEST(Custody, WrapMovedToAnotherPlaceDoesNotOpen) {
  SystemRandom random;
  SecretBytes space(random_bytes(random, 16));
  std::vector<std::string> columns{"a", "b"};
  DatasetWraps wraps = create_dataset_keys(space, "ds_1", "1", columns, random)->wraps;
  auto reason = [&](const DatasetWraps& bad) { return std::string(open_dataset_keys(space, bad, columns).error().reason); };
  DatasetWraps moved = wraps;
  std::swap(moved.columns["a"], moved.columns["b"]);
  EXPECT_EQ(reason(moved), "custody.tampered");
  moved = wraps;
  moved.version = "2";
  EXPECT_EQ(reason(moved), "custody.tampered");
  moved = wraps;
  moved.columns.erase("b");  // destroyed
  EXPECT_EQ(reason(moved), "custody.no_such_column");
  EXPECT_TRUE(open_dataset_keys(space, moved, std::vector<std::string>{"a"}));
  EXPECT_EQ(decode<DatasetWraps>(encode(wraps))->columns, wraps.columns);
}

TEST(Custody, PseudonymKeysDifferByNameAndStay) {
  SecretBytes root(Bytes(32, 7));
  EXPECT_EQ(pseudonym_key(root, "st_1").reveal("test"), pseudonym_key(root, "st_1").reveal("test"));
  EXPECT_NE(pseudonym_key(root, "st_1").reveal("test"), pseudonym_key(root, "st_2").reveal("test"));
}

}  // namespace
}  // namespace sluice
