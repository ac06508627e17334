// What both kinds of use of a GM/T 0018 library share. Internal to crypto.
#pragma once

#include <string>

#include "crypto/device_module.h"

namespace sluice {

// The numbers of GM/T 0018-2012, annex A, as reasons of key_device.h.
Status sdf_ok(int code);

// "device.no_such_token": the place in the device is no number.
Result<unsigned> sdf_place(const std::string& token);

template <class F>
bool take_function(void* module, const char* name, F& into) {
  into = reinterpret_cast<F>(device_function(module, name));
  return into != nullptr;
}

}  // namespace sluice
