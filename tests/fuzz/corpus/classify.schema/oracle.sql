create table S.M (A VARCHAR2(30), B NUMBER(16,2));
comment on column S.M.A is '人员''编号';