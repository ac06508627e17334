// A vendor's library, loaded once and kept: such libraries start threads and do not survive being unloaded.
#pragma once

#include <string>

#include "base/result.h"

namespace sluice {

// "device.module_path", "device.not_a_module".
Result<void*> load_device_module(const std::string& path);
// Nullptr when the library has no such function.
void* device_function(void* module, const char* name);

}  // namespace sluice
