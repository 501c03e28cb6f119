SET lock_timeout = '5s';
ALTER TABLE staff.staff ADD COLUMN nickname text NOT NULL;
CREATE INDEX staff_nickname ON staff.staff (corp_id, nickname);
