// Reads events in Avro with avsc and writes the JSON that docs/EVENT.md says they stand for: one line each.
// Argument: a file of JSON: {"schema": text, "values": [base64 of the framed values]}.
'use strict';
const avro = require('avsc');
const fs = require('fs');

const { schema, values } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const long = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => { const buffer = Buffer.alloc(8); buffer.writeBigInt64LE(value); return buffer; },
  fromJSON: BigInt, toJSON: String, isValid: (value) => typeof value === 'bigint',
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});
const type = avro.Type.forSchema(JSON.parse(schema), { registry: { long } });
const written = JSON.parse(schema);

// The schema as it is written tells which strings hold JSON text.
function text(value, of, isEvent) {
  if (Array.isArray(of)) of = of.find((branch) => branch !== 'null');
  const kind = of.type && typeof of.type === 'object' ? of.type : of;
  const name = typeof kind === 'string' ? kind : kind.type;
  if (name === 'string') return kind.logicalType === 'json' ? value : JSON.stringify(value);
  if (name === 'array') return `[${value.map((item) => text(item, kind.items)).join(',')}]`;
  if (name === 'map') return `{${Object.keys(value).map((key) => `${JSON.stringify(key)}:${text(value[key], kind.values)}`).join(',')}}`;
  if (name !== 'record') return String(value);
  const changes = isEvent && ['insert', 'update', 'delete'].includes(value.operation) && value.changed === null;
  const members = kind.fields.flatMap((field) => {
    if (value[field.name] !== null) return [`"${field.name}":${text(value[field.name], field.type)}`];
    return changes && (field.name === 'changed' || field.name === 'changes') ? [`"${field.name}":null`] : [];
  });
  return `{${members.join(',')}}`;
}

for (const value of values) {
  const framed = Buffer.from(value, 'base64');
  const event = type.fromBuffer(framed.subarray(5));
  if (!type.toBuffer(event).equals(framed.subarray(5))) throw new Error('avsc writes the event differently');
  console.log(text(event, written, true));
}
