namespace AuditStream.Postgres.Tests;

/// <summary>Everything that schema <c>audit</c> is, as text: two databases that are made the same have the same.</summary>
internal static class SchemaText
{
    /// <summary>Objects, columns, constraints, indexes, triggers, functions, comments, owners and grants, and the settings; without partitions.</summary>
    public const string Sql = """
        WITH rel AS (
          SELECT c.* FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ), line (text) AS (
          SELECT concat_ws(' ', 'table', r.relname, r.relkind, r.relpersistence, r.reloptions, pg_get_userbyid(r.relowner),
            ARRAY(SELECT a::text FROM unnest(r.relacl) a ORDER BY 1))
          FROM rel r
          UNION ALL
          SELECT concat_ws(' ', 'column', r.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attstorage,
            pg_get_expr(d.adbin, d.adrelid), ARRAY(SELECT x::text FROM unnest(a.attacl) x ORDER BY 1))
          FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          UNION ALL
          SELECT concat_ws(' ', 'constraint', r.relname, c.conname, pg_get_constraintdef(c.oid)) FROM rel r JOIN pg_constraint c ON c.conrelid = r.oid
          UNION ALL
          SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid)) FROM rel r JOIN pg_index i ON i.indrelid = r.oid
          UNION ALL
          SELECT concat_ws(' ', 'trigger', t.tgenabled, pg_get_triggerdef(t.oid)) FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
          UNION ALL
          SELECT concat_ws(' ', 'function', pg_get_userbyid(p.proowner), pg_get_functiondef(p.oid), ARRAY(SELECT a::text FROM unnest(p.proacl) a ORDER BY 1))
          FROM pg_proc p WHERE p.pronamespace = 'audit'::regnamespace
          UNION ALL
          SELECT concat_ws(' ', 'comment', coalesce(r.relname, p.oid::regprocedure::text), d.objsubid, d.description)
          FROM pg_description d LEFT JOIN rel r ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid
          LEFT JOIN pg_proc p ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid AND p.pronamespace = 'audit'::regnamespace
          WHERE r.oid IS NOT NULL OR p.oid IS NOT NULL
          UNION ALL
          SELECT concat_ws(' ', 'setting', s.name, s.value, s.meaning) FROM audit.setting s
          UNION ALL
          SELECT concat_ws(' ', 'migration', m.number, m.name, m.checksum) FROM audit.migration m
        )
        SELECT string_agg(text, E'\n' ORDER BY text) FROM line
        """;
}
