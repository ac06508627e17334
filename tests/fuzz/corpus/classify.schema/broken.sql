CREATE TABLE t (a int, -- x
 b (((( , $$ ; [x COMMENT ON COLUMN a IS 'unfinished