#include "crypto/root_shares.h"

#include "base/person_marks.h"
#include "crypto/aead.h"
#include "crypto/root_device.h"

namespace sluice {

namespace {

Bytes share_place(RootShareFile share) {
  share.sealed.clear();
  return to_bytes(canonical(encode(share)));
}

Result<Share> open_share(const RootShareFile& file, const SecretText& passphrase) {
  auto wrong = [&] { return fail(Errc::unauthenticated, "shares.wrong_passphrase", file.name); };
  auto key = argon2_key(passphrase, file.argon2, kSm4KeyBytes);
  if (!key) return key.error().reason == "password.bad_params" ? fail(Errc::corrupt, "custody.malformed", "argon2") : tl::unexpected(key.error());
  auto plain = open_box(*key, share_place(file), file.sealed);
  if (!plain || plain->size() <= kShareSaltBytes || file.index < 1 || file.index > 255) return wrong();
  size_t size = plain->size() - kShareSaltBytes;
  Share out{static_cast<uint8_t>(file.index), SecretBytes(Bytes(plain->begin(), plain->begin() + static_cast<ptrdiff_t>(size))),
            Bytes(plain->begin() + static_cast<ptrdiff_t>(size), plain->end())};
  wipe(plain->data(), plain->size());
  return out;
}

Result<std::vector<PresentedShare>> presented_in(const SecretText& line) {
  auto json = parse_json(line.reveal("unlock"));
  const Json* shares = json ? json->find("shares") : nullptr;
  if (!shares || !shares->is_array() || json->get_string_or("format", "").value_or("") != kUnlockFormat)
    return fail(Errc::refused, "shares.too_few", "this root is split among officers");
  std::vector<PresentedShare> out;
  for (const Json& item : shares->as_array()) {
    const Json* file = item.find("share");
    auto share = decode<RootShareFile>(file ? *file : Json());
    auto passphrase = item.get_string("passphrase");
    if (!share || !passphrase || share->format != kRootShareFormat) return fail(Errc::corrupt, "custody.malformed", "share");
    out.push_back({std::move(*share), SecretText(std::move(*passphrase))});
  }
  return out;
}

}  // namespace

Result<SplitRoot> split_root(const SecretBytes& root, unsigned needed, std::span<const Officer> officers, RandomSource& random, PasswordCost cost) {
  for (size_t i = 0; i < officers.size(); i++) {
    const std::string& words = officers[i].passphrase.reveal("compare");
    if (officers[i].name.empty() || officers[i].name.size() > kNameBytesMax || !is_utf8(officers[i].name))
      return fail(Errc::invalid, "shares.bad_officer_name");
    if (words.size() < 8) return fail(Errc::invalid, "custody.passphrase_too_short", officers[i].name);
    for (size_t j = 0; j < i; j++)
      if (folded_name(officers[j].name) == folded_name(officers[i].name) || officers[j].passphrase.reveal("compare") == words)
        return fail(Errc::conflict, "shares.officer_twice", officers[i].name);
  }
  SharedSecret dealt = TRY(split_secret(root, needed, static_cast<unsigned>(officers.size()), random));
  SplitRoot out;
  out.file.set = dealt.set;
  out.file.needed = needed;
  for (size_t i = 0; i < officers.size(); i++) {
    out.file.holders.push_back({static_cast<int64_t>(i + 1), officers[i].name, dealt.commitments[i]});
    RootShareFile share;
    share.set = dealt.set;
    share.index = static_cast<int64_t>(i + 1);
    share.name = officers[i].name;
    share.argon2 = new_argon2_params(random, cost);
    SecretBytes key = TRY(argon2_key(officers[i].passphrase, share.argon2, kSm4KeyBytes));
    Bytes plain = dealt.shares[i].value.reveal("seal a share");
    put(plain, ByteView(dealt.shares[i].salt));
    share.sealed = TRY(seal_box(key, share_place(share), plain));
    wipe(plain.data(), plain.size());
    out.shares.push_back(std::move(share));
  }
  return out;
}

namespace {

// Named here, where the officer is known, and not only by number.
Result<Share> dealt_share(const RootSharesFile& file, const PresentedShare& item) {
  if (item.share.set != file.set) return fail(Errc::refused, "shares.other_root", item.share.name);
  Share share = TRY(open_share(item.share, item.passphrase));
  if (item.share.index > static_cast<int64_t>(file.holders.size()) ||
      !is_dealt_share(share, file.set, file.holders[static_cast<size_t>(item.share.index - 1)].commitment))
    return fail(Errc::refused, "shares.wrong_share", item.share.name);
  return share;
}

}  // namespace

Status check_presented(const RootSharesFile& file, const PresentedShare& presented) {
  if (presented.share.format != kRootShareFormat) return fail(Errc::invalid, "custody.malformed", "share");
  TRY(dealt_share(file, presented));
  return {};
}

Result<SecretBytes> open_split_root(const RootSharesFile& file, std::span<const PresentedShare> presented) {
  if (file.format != kRootSharesFormat || file.needed < 2 || file.needed > 255) return fail(Errc::corrupt, "custody.malformed", "root shares");
  std::vector<Share> shares;
  std::vector<Digest> commitments;
  for (const RootHolder& holder : file.holders) commitments.push_back(holder.commitment);
  for (const PresentedShare& item : presented) {
    for (const Share& before : shares)
      if (item.share.set == file.set && before.index == item.share.index) return fail(Errc::conflict, "shares.officer_twice", item.share.name);
    shares.push_back(TRY(dealt_share(file, item)));
  }
  return combine_shares(shares, static_cast<unsigned>(file.needed), file.set, commitments);
}

SecretText unlock_line(std::span<const PresentedShare> presented) {
  Json shares = Json::array();
  for (const PresentedShare& item : presented)
    shares.push(Json::object({{"passphrase", item.passphrase.reveal("handed to the key agent")}, {"share", encode(item.share)}}));
  return SecretText(canonical(Json::object({{"format", kUnlockFormat}, {"shares", std::move(shares)}})));
}

Result<SecretBytes> open_root_file(const Json& root_file, const SecretText& line) {
  if (root_file.get_string_or("format", "").value_or("") == kRootSharesFormat) {
    auto file = decode<RootSharesFile>(root_file);
    if (!file) return fail(Errc::corrupt, "custody.malformed", "root shares");
    auto presented = TRY(presented_in(line));
    return open_split_root(*file, presented);
  }
  if (root_file.get_string_or("format", "").value_or("") == kRootDeviceFormat) {
    auto file = decode<RootDeviceFile>(root_file);
    if (!file) return fail(Errc::corrupt, "custody.malformed", "root device");
    return open_root_in_device(*file, line);
  }
  auto file = decode<RootKeyFile>(root_file);
  if (!file) return fail(Errc::corrupt, "custody.malformed", "root");
  return open_root(*file, line);
}

}  // namespace sluice
