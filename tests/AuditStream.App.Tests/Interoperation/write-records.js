// Writes change records with avsc, and beside each the canonical JSON that each column must have in the event.
'use strict';
const avro = require('avsc');

const long = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => { const buffer = Buffer.alloc(8); buffer.writeBigInt64LE(value); return buffer; },
  fromJSON: BigInt, toJSON: (value) => `@long${value}`, isValid: (value) => typeof value === 'bigint',
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});

// Column: its type; then pairs of a value as avsc takes it and the JSON text that the event must have.
const bytes = (hex) => Buffer.from(hex, 'hex');
const columns = {
  flag: ['boolean', [true, 'true'], [false, 'false']],
  small: ['int', [2147483647, '2147483647'], [-2147483648, '-2147483648'], [0, '0']],
  big: ['long', [9223372036854775807n, '"9223372036854775807"'], [-9223372036854775808n, '"-9223372036854775808"'], [-1n, '"-1"']],
  four: ['float', [0.5, '0.5'], [-0, '-0.0'], [NaN, '"NaN"'], [Infinity, '"Infinity"']],
  eight: ['double', [0.1, '0.1'], [5e-324, '4.9E-324'], [-Infinity, '"-Infinity"'], [1e21, '1.0E21']],
  text: ['string', ['', '""'], ['ü€𝄞"\\\n', '"ü€𝄞\\"\\\\\\n"']],
  raw: ['bytes', [bytes(''), '""'], [bytes('00ff80'), '"AP+A"']],
  digest: [{ type: 'fixed', name: 'Digest', size: 3 }, [bytes('000102'), '"AAEC"']],
  mood: [{ type: 'enum', name: 'Mood', symbols: ['sad', 'ok', 'happy'] }, ['happy', '"happy"'], ['sad', '"sad"']],
  money: [{ type: 'bytes', logicalType: 'decimal', precision: 40, scale: 2 }, [bytes('01f3'), '"4.99"'], [bytes('ff'), '"-0.01"'],
    [bytes('4b3b4ca85a86c47a098a223fffffffff'), '"999999999999999999999999999999999999.99"']],
  held: [{ type: 'fixed', name: 'Held', size: 4, logicalType: 'decimal', precision: 9, scale: 3 }, [bytes('ffffffff'), '"-0.001"'], [bytes('000003e8'), '"1.000"']],
  id: [{ type: 'string', logicalType: 'uuid' }, ['6f5c5b0e-6b83-4f3a-8f5d-3d0c1d1b1a10', '"6f5c5b0e-6b83-4f3a-8f5d-3d0c1d1b1a10"']],
  day: [{ type: 'int', logicalType: 'date' }, [20254, '"2025-06-15"'], [-719162, '"0001-01-01"'], [2932896, '"9999-12-31"']],
  clock: [{ type: 'int', logicalType: 'time-millis' }, [36000250, '"10:00:00.25"']],
  clock6: [{ type: 'long', logicalType: 'time-micros' }, [36000250001n, '"10:00:00.250001"']],
  at3: [{ type: 'long', logicalType: 'timestamp-millis' }, [1749981600250n, null], [-1n, null]],
  at6: [{ type: 'long', logicalType: 'timestamp-micros' }, [1749981600250001n, null]],
  local3: [{ type: 'long', logicalType: 'local-timestamp-millis' }, [1749981600250n, '"2025-06-15T10:00:00.25"']],
  local6: [{ type: 'long', logicalType: 'local-timestamp-micros' }, [-1n, '"1969-12-31T23:59:59.999999"']],
  list: [{ type: 'array', items: ['null', 'string'] }, [['a', null, 'b'], '["a",null,"b"]'], [[], '[]']],
  map: [{ type: 'map', values: 'int' }, [{ b: 2, a: 1 }, '{"a":1,"b":2}'], [{}, '{}']],
  nested: [{ type: 'record', name: 'Point', fields: [{ name: 'x', type: 'int' }, { name: 'y', type: ['null', 'int'] }] }, [{ x: 1, y: null }, '{"x":1,"y":null}']],
  maybe: [['null', 'string'], ['x', '"x"'], [null, 'null']],
  last: [['int', 'null'], [7, '7'], [null, 'null']],
  any: [['null', 'long', 'string', 'Mood'], [{ long: 5n }, '{"long":"5"}'], [{ string: 's' }, '{"string":"s"}'], [null, 'null'], [{ 'made.Mood': 'ok' }, '{"made.Mood":"ok"}']],
};

const schema = {
  type: 'record', name: 'Envelope', namespace: 'made', fields: [
    { name: 'before', type: ['null', { type: 'record', name: 'Value', fields: Object.entries(columns).map(([name, [type]]) => ({ name, type })) }] },
    { name: 'after', type: ['null', 'Value'] },
    { name: 'source', type: { type: 'record', name: 'Source', fields: [
      { name: 'connector', type: 'string' }, { name: 'name', type: 'string' }, { name: 'ts_ms', type: 'long' }, { name: 'db', type: 'string' },
      { name: 'schema', type: 'string' }, { name: 'table', type: 'string' }, { name: 'lsn', type: 'long' }] } },
    { name: 'op', type: 'string' },
  ],
};
// Unions wrapped: avsc takes a value of a branch as {branch: value}.
const typeHook = (of) => (of === 'long' || of.type === 'long' ? long : undefined);
const type = avro.Type.forSchema(schema, { typeHook, wrapUnions: true });
const optional = { maybe: 'string', last: 'int' };

function wrapped(name, value) {
  if (name === 'list') return value.map((item) => (item === null ? null : { string: item }));
  return optional[name] && value !== null ? { [optional[name]]: value } : value;
}

const rows = [];
for (let row = 0; row < 5; row++) {
  const [after, expected] = [{}, {}];
  for (const [name, [, ...pairs]] of Object.entries(columns)) {
    const [value, json] = pairs[row % pairs.length];
    after[name] = wrapped(name, value);
    expected[name] = json;
  }
  // An instant: with zone or without is for the product's own table of types to say.
  expected.at3 = row % 2 === 0 ? '"2025-06-15T10:00:00.25"' : '"1969-12-31T23:59:59.999"';
  expected.at6 = '"2025-06-15T10:00:00.250001"';
  const source = { connector: 'postgresql', name: 'p', ts_ms: 1700000000000n, db: 'd', schema: 's', table: 't', lsn: BigInt(row + 1) };
  const record = { before: null, after: { 'made.Value': after }, source, op: 'c' };
  // Avro's JSON form, whose numbers are longer than JavaScript's; of NaN and the infinities avsc makes null, and of -0 a 0.
  const isExact = [after.four, after.eight].every((number) => Number.isFinite(number) && !Object.is(number, -0));
  const json = isExact ? type.toString(record).replace(/"@long(-?[0-9]+)"/g, '$1') : null;
  rows.push({ value: type.toBuffer(record).toString('base64'), json, expected });
}
console.log(JSON.stringify({ schema: JSON.stringify(schema), rows }));
