// Columns from schema texts: a `.sql` dump (PostgreSQL, MySQL, Oracle, SQL Server) or a field list.
//
// read_sql_schema understands CREATE TABLE with its column list, COMMENT ON TABLE/COLUMN, MySQL's inline COMMENT 'x' and
// table COMMENT='x', SQL Server's extended properties (MS_Description), `--` comments at the end of a column's line, and
// quoting by "x", `x` and [x]; all other statements are skipped, string literals and dollar quotes included. It never
// fails on syntax it does not know; a text without any table gives "schema.no_tables". Names longer than 512 bytes are cut.
// Input must be UTF-8 or GB18030 ("schema.not_text"). Bounds: 64 MiB, 100,000 columns ("schema.too_large").
//
// read_field_list reads CSV with the header table,table_comment,column,type,comment (any order; only `column` is required):
// "schema.no_column_field" when it is missing.
#pragma once

#include <string_view>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

Result<std::vector<FieldInput>> read_sql_schema(std::string_view text);
Result<std::vector<FieldInput>> read_field_list(std::string_view text);

}  // namespace sluice::classify
