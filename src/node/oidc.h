// Sign-in through an outside provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636, S256), state, nonce, and the `iss` of
// RFC 9207. docs/formats/sign-in.md.
//
// The provider vouches for who somebody is, and nothing else: the account behind (issuer, subject) was linked here by two people, of whom one is
// the account's owner or a security administrator (space/credential); nobody is made, and duties, votes, signatures and keys are matters of this space and its own second factor.
// What the provider says is checked: discovery's issuer is the configured one to the letter; the ID token is signed by a key of its JWKS
// with RS256, PS256, ES256 or EdDSA; iss, aud (azp with several), exp, nbf, iat, nonce. Keys are kept; an unknown one has them read again, at
// most once in ten seconds, so that the provider may change its keys and a forger cannot make the node ask on and on. A provider that did not
// answer is not asked for its metadata again for five seconds, and nobody waits longer than three for somebody else's question: strangers who begin
// one flow after another do not hold the server's threads.
// A flow is bound to the browser that began it (`binding`, a cookie), lives ten minutes and counts once.
// The client's secret and a CA of the provider lie in the registry ("oidc_provider"); what links name too ("oidc_identity"): they name people.
// Which of them counts, the ledger says. A link rests on the issuer and the CA that it was asked for with: whoever sets another provider under
// the same name stands behind no account.
// Errors: "oidc.no_such_provider", "oidc.unreachable", "oidc.bad_metadata", "oidc.bad_state" (unknown, late, another browser's, used), "oidc.denied"
// (detail: the provider's word, when it is one of the standard's), "oidc.bad_answer" (of the token endpoint), "oidc.bad_token" (detail: which check),
// "oidc.not_linked". Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "crypto/web_token.h"
#include "node/node.h"

namespace sluice::node {

// The port to the network: one request, the whole answer. https, or http on this machine; no redirects; bounded by bytes and time.
struct WebAsk {
  std::string url;
  std::string form;        // application/x-www-form-urlencoded; empty: GET
  std::string basic_auth;  // "user:password", already encoded as the form wants it; empty: none
  std::string ca_pem;      // who may vouch for the server besides the machine's own list
};
struct WebAnswer {
  int status = 0;
  std::string body;
};
using WebFetch = std::function<Result<WebAnswer>(const WebAsk&)>;

struct ProviderSecrets {
  std::string client_secret, ca_pem, redirect_uri;
  static constexpr auto fields = field_list(field("client_secret", &ProviderSecrets::client_secret), field("ca_pem", &ProviderSecrets::ca_pem),
                                            field("redirect_uri", &ProviderSecrets::redirect_uri));
};
// "oidc.bad_redirect" unless it is a URL of this console ending in the callback's path.
Status set_provider(Node& node, const space::Principal& by, const space::SetSignInProvider& command, const ProviderSecrets& secrets);
Status remove_provider(Node& node, const space::Principal& by, const space::RemoveSignInProvider& command);

struct IdentityLink {
  std::string provider, issuer, subject;
  std::string ca_sm3;  // of the CA's text, hex
  static constexpr auto fields = field_list(field("provider", &IdentityLink::provider), field("issuer", &IdentityLink::issuer),
                                            field("subject", &IdentityLink::subject), field("ca_sm3", &IdentityLink::ca_sm3));
};
// Asks for a link, in the place of one that is asked for already. "oidc.linked_to_another", "oidc.bad_subject". One link a person.
Status ask_identity(Node& node, const space::Principal& by, const space::PersonId& person, const std::string& provider, const std::string& subject);
// "oidc.link_outdated": the provider is set otherwise by now.
Status decide_identity(Node& node, const space::Principal& by, const space::DecideIdentity& command);
Result<IdentityLink> identity_item(Node& node, const space::IdentityId& identity);  // "oidc.not_linked"
Status unlink_identity(Node& node, const space::Principal& by, const space::PersonId& person);
Result<IdentityLink> link_of(Node& node, const space::PersonId& person);  // "oidc.not_linked"
Status is_linked(Node& node, const space::PersonId& person, const std::string& provider);

class OidcSignIn {
 public:
  OidcSignIn(Node& node, WebFetch fetch) : node_(node), fetch_(std::move(fetch)) {}

  struct Begun {
    std::string url;      // where the browser goes
    std::string binding;  // for a cookie of the same browser
  };
  Result<Begun> begin(const std::string& provider);

  struct Returned {
    std::string state, code, iss, error;
  };
  struct Known {
    space::PersonId person;
    std::string provider;
  };
  Result<Known> finish(const Returned& returned, std::string_view binding);

 private:
  struct Flow {
    std::string provider, nonce, verifier;
    Digest binding{};
    TimeMs expires_ms = 0;
  };
  struct Metadata {
    std::string issuer, authorization, token, keys_url;
    bool names_issuer = false;  // RFC 9207
    TimeMs read_ms = 0, keys_read_ms = 0;
    WebKeys keys;
  };
  struct Provider {
    space::SignInProvider set;
    ProviderSecrets secrets;
  };
  Result<Provider> provider(const std::string& name);
  Result<std::unique_lock<std::timed_mutex>> my_turn();
  Result<Json> fetch_json(const Provider& provider, const std::string& url);
  Result<std::shared_ptr<Metadata>> metadata(const Provider& provider);
  Status read_keys(const Provider& provider, Metadata& metadata);
  Result<Flow> take_flow(const Returned& returned, std::string_view binding);
  Result<std::string> redeem(const Provider& provider, const Metadata& metadata, const Flow& flow, const std::string& code);
  Result<Json> checked_claims(const Provider& provider, Metadata& metadata, const std::string& token);

  Node& node_;
  WebFetch fetch_;
  std::mutex mutex_;  // flows
  std::timed_mutex asking_;  // metadata and keys: one question at a time
  std::map<std::string, Flow> flows_;
  std::map<std::string, std::shared_ptr<Metadata>> known_;
  std::map<std::string, TimeMs> silent_until_;  // by provider; under asking_
};

inline constexpr std::string_view kOidcCallbackPath = "/api/v1/session/oidc/callback";

}  // namespace sluice::node
