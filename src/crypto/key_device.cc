#include "crypto/key_device.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "crypto/device_module.h"

namespace sluice {

namespace {

bool is_setting_name(std::string_view name) {
  auto plain = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain) && !name.starts_with("LD_") &&
         !name.starts_with("GLIBC") && !name.starts_with("MALLOC") && name != "PATH" && name != "IFS";
}

bool only_we_may_write(const struct stat& st) {
  return (st.st_uid == 0 || st.st_uid == ::geteuid()) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

Status check_device_address(const DeviceAddress& address) {
  struct stat file {};
  if (address.module.empty() || address.module[0] != '/') return fail(Errc::invalid, "device.module_path");
  if (::stat(address.module.c_str(), &file) != 0) return fail(Errc::not_found, "file.not_found", address.module);
  if (!S_ISREG(file.st_mode) || !only_we_may_write(file)) return fail(Errc::refused, "device.module_path");
  // A sticky folder protects the names of others' files, any other that the world may write to does not.
  std::string folder = address.module.substr(0, address.module.rfind('/'));
  struct stat around {};
  if (::stat(folder.empty() ? "/" : folder.c_str(), &around) != 0 || !only_we_may_write(around)) return fail(Errc::refused, "device.module_path");
  for (const auto& [name, value] : address.settings)
    if (!is_setting_name(name) || value.find('\0') != std::string::npos) return fail(Errc::invalid, "device.bad_setting");
  return {};
}

Status enter_device_settings(const DeviceAddress& address) {
  TRY(check_device_address(address));
  for (const auto& [name, value] : address.settings) ::setenv(name.c_str(), value.c_str(), 1);
  return {};
}

Result<void*> load_device_module(const std::string& path) {
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!module) return fail(Errc::invalid, "device.not_a_module");
  return module;
}

void* device_function(void* module, const char* name) { return ::dlsym(module, name); }

Result<std::unique_ptr<KeyDevice>> KeyDevice::open(const DeviceAddress& address, const SecretText& pin) {
  TRY(enter_device_settings(address));
  return address.kind == DeviceKind::pkcs11 ? open_pkcs11_device(address, pin) : open_sdf_device(address);
}

}  // namespace sluice
