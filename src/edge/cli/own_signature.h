// A signature with the key of one's own certificate, in place of the second factor (docs/formats/sign-in.md): the key lies in a file or, where the file says
// so, in a PKCS#11 token or a device; the node never sees it.
#pragma once

#include "edge/cli/space_call.h"

namespace sluice::cli {

inline constexpr Option kOwnKeyOption{"--own-key", "FILE", "sign with the key of one's own certificate (a key file, or one of a token) instead of a second factor", Arity::optional,
                                      "以本人证书的密钥签名（密钥文件或密码设备），代替第二因素"};
inline constexpr Option kOwnKeyPassphraseOption{"--own-key-passphrase-file", "FILE", "that key's passphrase, or the token's PIN, on the first line (else asked for)", Arity::optional,
                                                "该密钥的口令或设备 PIN，取文件首行（否则询问）"};

// The person who acts in this session.
Result<std::string> own_person(SpaceSession& session);

// Adds `personal: {certificate, signature}` over `text` to the body where --own-key was given. "certificate.none" where no certificate in force of this
// person is of that key; errors of the key.
Status sign_personally(SpaceSession& session, const Args& args, const std::string& person, const std::string& text, Json& body);

}  // namespace sluice::cli
