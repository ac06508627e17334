// A form out of a body where a scan may stand in place of its digest: it is kept in the registry (node/legal.h), and its digest put in. Internal to
// this folder.
#pragma once

#include "edge/api/core.h"
#include "node/legal.h"

namespace sluice::api {

// Absent members keep their default.
template <class Form>
Result<Form> form_of(Core& core, const http::Request& request, std::initializer_list<std::string_view> demanded) {
  Json body = TRY(body_of(request));
  if (const Json* scan = body.find("scan")) {
    if (!scan->is_string()) return fail(Errc::invalid, "record.wrong_kind", "scan");
    Bytes bytes = TRY(from_base64(scan->as_string()));
    Digest digest = TRY(node::keep_scan(core.node, SecretBytes(std::move(bytes))));
    body.erase("scan");
    body.set("digest", hex(digest));
  }
  auto form = TRY(decode<Form>(TRY(completed(encode(Form{}), body, demanded, {}))));
  // A digest alone is no document: its scan must be here.
  if constexpr (requires { form.digest; })
    if (form.digest != Digest{}) TRY(node::scan_of(core.node, form.digest));
  return form;
}

// The scan with this digest, for who may see the object that names it; the reading is on record.
Answer scan_answer(Core& core, Call& call, const Digest& digest);

}  // namespace sluice::api
