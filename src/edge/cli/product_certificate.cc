// sluice product certificate: the registration certificate of a product, as the JSON that `sluice verify` checks, or printed.
#include <cstdio>

#include "base/file.h"
#include "edge/cli/ask_space.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

Status write_certificate(const Args& args) {
  std::string product = *args.value("PRODUCT"), out = args.value_or("--out", product + ".registration.json");
  std::string content = TRY(fetch_from_space(args, "/api/v1/products/" + product + "/certificate" + query_text({{"format", out.ends_with(".pdf") ? "pdf" : "json"}})));
  TRY(write_file(out, view(content), 0600));
  std::fprintf(stderr, "%s: %zu bytes\n", out.c_str(), content.size());
  return {};
}

int run_product_certificate(const Args& args) {
  Status written = write_certificate(args);
  return written ? 0 : report(written.error(), args);
}

}  // namespace

Command product_certificate_command() {
  return {.path = "product certificate",
          .summary = "The registration certificate of a product as a file, for sluice verify (or .pdf, for reading)",
          .summary_zh = "取得数据产品登记证书（.json 以 sluice verify 验证，.pdf 供阅读）",
          .options = {edge::kSpaceOption, {"--out", "FILE", "json or pdf by its ending (PRODUCT.registration.json)"}, kAsOption, kPasswordFileOption, kPassphraseFileOption,
                      {"--json", "", "errors as JSON"}},
          .positionals = {{"PRODUCT", "the product's id"}},
          .run = run_product_certificate};
}

}  // namespace sluice::cli
