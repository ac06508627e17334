// Names as tokens: Chinese text one character a token, Latin text split at case, digits and punctuation, lower case.
// "医疗机构ID" → 医 疗 机 构 id; "patientBirthDate" → patient birth date; "PSN_CERT_NO1" → psn cert no.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::classify {

std::vector<std::string> tokens_of(std::string_view name);

// The part of a comment that names the field: up to the first bracket, comma, colon, blank or line end.
std::string_view headline(std::string_view comment);

// The same with a short bracket that belongs to the name: 居住地（省） → 居住地省.
std::string spoken_headline(std::string_view comment);

// Tokens joined so that different token lists never give the same key.
std::string phrase_key(const std::vector<std::string>& tokens, size_t from, size_t n);

}  // namespace sluice::classify
