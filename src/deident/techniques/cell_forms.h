// How cells are written: characters, dates, numbers and ID numbers, as the techniques read and write them. No cell is
// changed here. Thread-safe, pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "deident/kernels.h"

namespace sluice::deident {

// Bytes of the character at `text[at]`; 0 when it is malformed or cut.
size_t char_bytes(std::string_view text, size_t at);
bool all_ascii(std::string_view text);
bool digits_only(std::string_view text);    // at least one
int digits_value(std::string_view text);    // of at most nine digits

// How a date is written, so that another can be written the same way.
enum class DateParts : uint8_t { none, dash, slash, dot, han };
struct DateForm {
  DateParts parts = DateParts::none;
  bool padded = true;  // two digits for month and day
};
struct CellDate {
  int year, month, day;
  DateForm form;
  std::string_view rest;  // the time with what parts it from the date
};
// YYYYMMDD, YYYY-MM-DD, YYYY/MM/DD, YYYY.MM.DD, YYYY年MM月DD日, the last four also with one digit; each with an optional time.
bool parse_cell_date(std::string_view cell, CellDate& out);
void put_date(int year, int month, int day, DateForm form, std::string& out);

// A decimal number of at most 15 digits before the point and 18 after it; no exponent.
struct CellNumber {
  bool negative;
  int64_t whole;
  int64_t millionths;
  size_t fraction_digits;
};
bool parse_cell_number(std::string_view cell, CellNumber& out);

// GB 11643: the check character of the first 17 digits; whether 18 characters are an ID number with a real date, not in
// view of its division.
char id_check_digit(std::string_view first17);

}  // namespace sluice::deident
