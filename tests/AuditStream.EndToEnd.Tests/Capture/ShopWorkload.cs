namespace AuditStream.EndToEnd.Tests.Capture;

/// <summary>A little shop and its bank: what the demo shows. Every statement is one transaction unless it says otherwise.</summary>
internal static class ShopWorkload
{
    /// <summary>Tables, publications and the rows that are there before the connectors start.</summary>
    internal const string Setup = """
        create schema shop;
        create schema bank;
        create type shop.order_state as enum ('open', 'paid', 'shipped', 'returned');
        create table shop.customers (
            id int primary key, name text not null, email varchar(120) not null, city text, loyalty_points int not null default 0,
            newsletter boolean not null default false, born date, registered_at timestamptz not null, preferences jsonb);
        create table shop.orders (
            id bigint primary key, customer_id int not null, state shop.order_state not null default 'open', total numeric(10,2) not null,
            placed_at timestamptz not null, shipped_on date, note text);
        create table shop.order_items (
            order_id bigint not null, line smallint not null, sku varchar(20) not null, quantity int not null, unit_price numeric(10,2) not null,
            primary key (order_id, line));
        create table shop.products (
            sku varchar(20) primary key, title text not null, price numeric(10,2) not null, description text, tags text[] not null default '{}',
            weight_kg real, picture bytea);
        create table shop.cart_staging (id int primary key, sku varchar(20), added_at timestamp(3));
        alter table shop.customers replica identity full;
        alter table shop.orders replica identity full;
        alter table shop.cart_staging replica identity full;
        alter table shop.products alter column description set storage external;

        create table bank.accounts (
            iban varchar(34) primary key, owner text not null, balance numeric(14,2) not null default 0, overdraft numeric(14,2), blocked boolean not null,
            opened_on date not null, last_booking timestamptz);
        create table bank.transfers (
            id bigint primary key, from_iban varchar(34) not null, to_iban varchar(34) not null, amount numeric(14,2) not null, booked_at timestamp(6),
            purpose text);
        alter table bank.accounts replica identity full;

        create publication shop_publication for tables in schema shop;
        create publication bank_publication for tables in schema bank;

        insert into shop.customers values
            (1, 'Ada Okafor', 'ada@example.com', 'Lagos', 120, true, '1987-03-14', '2024-01-05 09:12:00+00', '{"language": "en", "size": "M"}'),
            (2, 'Jürgen Weiß', 'juergen@example.com', 'Köln', 15, false, '1969-11-02', '2024-02-11 18:30:25.5+00', null),
            (3, 'Mei Lin', 'mei@example.com', 'Taipei', 0, true, null, '2024-03-01 00:00:00+00', '{"language": "zh", "gift_wrap": true}');
        insert into shop.products (sku, title, price, description, tags, weight_kg, picture) values
            ('LAMP-01', 'Desk lamp', 39.90, (select string_agg(md5(n::text), ' ') from generate_series(1, 130) n), '{light,desk}', 1.25, '\x89504e470d0a'),
            ('MUG-07', 'Mug "Sunrise"', 12.50, 'Holds 330 ml.', '{kitchen}', 0.34, null);
        insert into bank.accounts values
            ('DE02120300000000202051', 'Shop Ltd', 10250.00, 5000.00, false, '2019-05-20', '2025-06-01 08:00:00+00'),
            ('NL91ABNA0417164300', 'Ada Okafor', 812.44, null, false, '2021-09-01', null);
        """;

    /// <summary>What happens while the connectors stream: each text is one transaction.</summary>
    internal static IReadOnlyList<string> Transactions { get; } =
    [
        "insert into shop.customers values (4, 'Björk Jónsdóttir', 'bjork@example.com', 'Reykjavík', 0, false, '1990-08-30', '2025-06-02 10:00:00+00', null)",
        """
        insert into shop.orders values (1001, 1, 'open', 64.90, '2025-06-02 10:15:00.123456+00', null, 'Please ring twice');
        insert into shop.order_items values (1001, 1, 'LAMP-01', 1, 39.90), (1001, 2, 'MUG-07', 2, 12.50);
        update shop.customers set loyalty_points = loyalty_points + 64 where id = 1
        """,
        """
        insert into bank.transfers values (1, 'NL91ABNA0417164300', 'DE02120300000000202051', 64.90, '2025-06-02 10:15:03.000001', 'Order 1001');
        update bank.accounts set balance = balance - 64.90, last_booking = '2025-06-02 10:15:03+00' where iban = 'NL91ABNA0417164300';
        update bank.accounts set balance = balance + 64.90, last_booking = '2025-06-02 10:15:03+00' where iban = 'DE02120300000000202051';
        update shop.orders set state = 'paid' where id = 1001
        """,
        "update shop.orders set state = 'shipped', shipped_on = '2025-06-03', note = null where id = 1001",
        "update shop.customers set email = 'ada.okafor@example.com', city = 'Abuja', preferences = '{\"language\": \"en\", \"size\": \"L\"}' where id = 1",
        "update shop.customers set name = name where id = 3", // changes nothing
        "update shop.products set price = 41.50 where sku = 'LAMP-01'", // its long description does not travel
        "update shop.products set description = 'Holds 350 ml.', tags = '{kitchen,new}' where sku = 'MUG-07'",
        "update shop.products set sku = 'MUG-08' where sku = 'MUG-07'", // a key change
        "update shop.customers set id = 40 where id = 4", // a key change with the whole old row
        "insert into shop.cart_staging select n, 'LAMP-01', timestamp '2025-06-03 12:00:00' + n * interval '1 second' from generate_series(1, 8) n",
        "update shop.cart_staging set sku = 'MUG-08' where id > 5",
        "truncate shop.cart_staging",
        """
        select pg_logical_emit_message(true, 'actor', '{"user": "support.kim", "ticket": "SUP-4711"}');
        update shop.customers set loyalty_points = 500, newsletter = false where id = 1
        """,
        """
        insert into shop.orders values (1002, 40, 'open', 12.50, '2025-06-04 07:30:00+00', null, null);
        insert into shop.order_items values (1002, 1, 'MUG-08', 1, 12.50);
        update shop.orders set total = 25.00 where id = 1002;
        update shop.order_items set quantity = 2 where order_id = 1002;
        update shop.orders set note = 'Two mugs' where id = 1002
        """,
        "update shop.orders set state = 'returned', note = 'Chipped; refund agreed' where id = 1001",
        """
        insert into bank.transfers values (2, 'DE02120300000000202051', 'NL91ABNA0417164300', 64.90, '2025-06-09 16:20:00', 'Refund 1001');
        update bank.accounts set balance = balance + 64.90 where iban = 'NL91ABNA0417164300';
        update bank.accounts set balance = balance - 64.90 where iban = 'DE02120300000000202051'
        """,
        "delete from shop.order_items where order_id = 1001",
        "delete from shop.orders where id = 1001",
        "update bank.accounts set blocked = true, overdraft = 0.00 where iban = 'NL91ABNA0417164300'",
        "insert into shop.orders select 1100 + n, 1 + n % 3, 'open', n * 9.99, timestamptz '2025-06-10 08:00:00+00' + n * interval '7 minutes', null, null from generate_series(1, 12) n",
        "update shop.orders set state = 'paid' where id between 1101 and 1106",
        "delete from shop.customers where id = 40",
        "update bank.transfers set purpose = 'Refund of order 1001' where id = 2",
        "update shop.customers set newsletter = false, loyalty_points = loyalty_points - 100 where id = 1",
    ];

    /// <summary>Work that never happened: nothing of it may arrive.</summary>
    internal const string RolledBack = "begin; update shop.customers set loyalty_points = 999999; delete from shop.orders; rollback";
}
