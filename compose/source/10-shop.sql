-- A little shop: the source whose changes are audited.
create table customers (
  id bigint generated always as identity primary key,
  name text not null,
  email text,
  card_number text,
  loyalty_points int not null default 0
);
create table orders (
  id bigint generated always as identity (start 1001) primary key,
  customer_id bigint not null references customers,
  state text not null default 'open',
  total numeric(12,2) not null,
  note text,
  changed_at timestamptz not null default now()
);
create table order_lines (
  order_id bigint references orders,
  line smallint,
  article text not null,
  quantity int not null,
  price numeric(10,2) not null,
  primary key (order_id, line)
);

-- Without this the log has no old values: every "old" in the audit trail would be unknown, and so would be whether a column changed.
alter table customers replica identity full;
alter table orders replica identity full;
alter table order_lines replica identity full;

insert into customers (name, email, card_number) values
  ('Ada Lovelace', 'ada@example.org', '4111 1111 1111 1111'),
  ('Grace Hopper', 'grace@example.org', '5500 0000 0000 0004');
insert into orders (customer_id, total, note) values (1, 59.80, 'Please ring twice'), (2, 12.50, null);
insert into order_lines values (1001, 1, 'teapot', 1, 39.90), (1001, 2, 'tea', 2, 9.95), (1002, 1, 'cup', 1, 12.50);
