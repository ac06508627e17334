// sluice serve: the node on the network.
#include "edge/serve.h"

#include <cstdio>

#include "edge/cli/command.h"
#include "edge/cli/secret_input.h"

namespace sluice::cli {

namespace {

int run_serve(const Args& args) {
  edge::block_stop_signals();
  edge::ServeOptions options;
  options.dir = *args.value("--space");
  options.listen = args.value_or("--listen", options.listen);
  options.tls = !args.flag("--no-tls");
  options.certificate_file = args.value_or("--cert", "");
  options.key_file = args.value_or("--key", "");
  options.console_dir = args.value_or("--console", "");
  options.source_folders = args.values("--source-folder");
  options.client_certificate_file = args.value_or("--client-cert", "");
  options.client_key_file = args.value_or("--client-key", "");
  if (options.client_certificate_file.empty() != options.client_key_file.empty())
    return report(Error{Errc::usage, "cli.client_cert_needs_key", {}}, args);
  if (options.certificate_file.empty() != options.key_file.empty())
    return report(Error{Errc::usage, "cli.cert_needs_key", {}}, args);
  auto serving = [&]() -> Result<std::unique_ptr<edge::Serving>> {
    OwnedFd passphrase = TRY(edge::passphrase_for(args, options.dir, node::KeyAgent::Keys::existing));
    return edge::Serving::start(options, std::move(passphrase));
  }();
  if (!serving) return report(serving.error(), args);
  std::printf("serving 正在服务: %s\n", (*serving)->url().c_str());
  if (!(*serving)->fingerprint().empty()) std::printf("certificate SHA-256 证书指纹: %s\n", (*serving)->fingerprint().c_str());
  if (const auto places = (*serving)->console_not_in(); !places.empty()) {
    std::fprintf(stderr, "no console 没有控制台：its files are in none of these folders 控制台文件不在下列文件夹中 (--console DIR, SLUICE_CONSOLE=DIR)\n");
    for (const std::string& place : places) std::fprintf(stderr, "  %s\n", place.c_str());
  }
  std::fflush(stdout);
  bool interrupted = edge::wait_for_stop_signal();
  std::fprintf(stderr, "stopping 正在停止…\n");
  serving->reset();
  return interrupted ? 130 : 0;
}

}  // namespace

Command serve_command() {
  return {.path = "serve",
          .summary = "Serve the space: console, API, the command line's socket",
          .summary_zh = "启动节点：控制台、接口、本机命令通道",
          .options = {edge::kSpaceOption,
                      {"--listen", "ADDR", "HOST:PORT, default 127.0.0.1:8443"},
                      {"--cert", "FILE", "certificate chain (PEM) of one's own"},
                      {"--key", "FILE", "its private key (PEM)"},
                      {"--client-cert", "FILE", "certificate chain (PEM) that the node shows where a server that it calls (provider, alarm channel) asks for one", Arity::optional, "节点对外连接（统一身份提供方、告警渠道）时按要求出示的证书链（PEM）"},
                      {"--client-key", "FILE", "its private key (PEM)", Arity::optional, "其私钥（PEM）"},
                      {"--no-tls", "", "plain HTTP, on loopback only"},
                      {"--source-folder", "DIR", "data managers may register sources in it from off the machine", Arity::many, "数据管理员可远程登记来源的文件夹"},
                      {"--console", "DIR", "the built console; default $SLUICE_CONSOLE, else beside the executable", Arity::optional, "构建好的控制台；默认取 SLUICE_CONSOLE，否则在程序旁边查找"},
                      kPassphraseFileOption,
                      kShareOption,
                      kSharePassphraseOption},
          .positionals = {},
          .run = run_serve};
}

}  // namespace sluice::cli
