// SPDX-License-Identifier: MIT
//
// duckdb.mjs: the benchmark's totals by DuckDB.
//
//     node duckdb.mjs FOLDER THREADS csv-default|csv-tuned|parquet|make-parquet OUT
//
// csv-default is the query that one writes first: the file is sniffed, money is
// decimal. csv-tuned and parquet declare the columns that are read, and count in
// whole pennies and days, as the programs do that they are held against.
import {DuckDBInstance} from '@duckdb/node-api';

const [folder, threads, plan, out] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', {threads});
const db = await instance.connect();
const file = (name) => `'${folder}/${name}'`;

const emergency = `admission_method IN ('21','22','23','24','25','28','2A','2B','2C','2D')`;
const tunedColumns = `columns = {'provider': 'VARCHAR', 'pod': 'VARCHAR', 'hrg': 'VARCHAR',
  'los': 'INTEGER', 'age': 'INTEGER', 'count': 'BIGINT', 'admission_method': 'VARCHAR',
  'sex': 'VARCHAR', 'cost': 'VARCHAR', 'spell': 'VARCHAR'}`;
const sources = {
  'csv-default': `read_csv(${file('activity.csv')})`,
  'csv-tuned': `read_csv(${file('activity.csv')}, header = true, auto_detect = false,
    delim = ',', quote = '"', escape = '"', ${tunedColumns})`,
  parquet: `read_parquet(${file('activity.parquet')})`,
};

if (plan === 'make-parquet') {
  await db.run(`COPY (SELECT * FROM ${sources['csv-tuned']})
    TO ${file('activity.parquet')} (FORMAT parquet, COMPRESSION zstd)`);
} else {
  const decimal = plan === 'csv-default';
  const money = decimal ? '::DECIMAL(12,2)' : ' * 100';
  await db.run(`CREATE TABLE prices AS SELECT hrg, pod, (price::BIGINT)${money} AS price,
    (short_stay_price::BIGINT)${money} AS short_stay, trim_point::BIGINT AS trim_point,
    (per_diem::BIGINT)${money} AS per_diem FROM read_csv(${file('prices.csv')})`);
  await db.run(`CREATE TABLE mff AS SELECT provider,
    ${decimal ? 'mff::DECIMAL(9,6)' : '(mff::DECIMAL(9,6) * 1000000)::BIGINT'} AS mff
    FROM read_csv(${file('mff.csv')}, types = {'mff': 'VARCHAR'})`);
  const amount = decimal ? 'round((base + excess) * mff, 2)'
                         : '((base + excess) * mff + 500000) // 1000000';
  // The tuned plans write pennies: dividing a million sums by a hundred is not what is measured.
  const total = (e) => `sum(${e})::${decimal ? 'DECIMAL(18,2)' : 'BIGINT'}`;
  await db.run(`COPY (
    SELECT provider, pod, hrg, sum("count")::BIGINT AS quantity, ${total('base')} AS base,
      ${total('excess')} AS excess_bed_days, ${total('amount - base - excess')} AS market_forces,
      ${total('amount')} AS amount
    FROM (SELECT *, ${amount} AS amount
      FROM (SELECT a.provider, a.pod, a.hrg, a."count",
          a."count"${decimal ? '::DECIMAL(6,0)' : ''} * CASE WHEN ${emergency} AND los < 2 AND age >= 19
            AND short_stay IS NOT NULL THEN short_stay ELSE price END AS base,
          a."count"${decimal ? '::DECIMAL(6,0)' : ''} * greatest(los - trim_point, 0)${decimal ? '::DECIMAL(6,0)' : ''} * per_diem AS excess, mff
        FROM ${sources[plan]} a
        JOIN prices p ON p.hrg = a.hrg AND p.pod = a.pod
        JOIN mff m ON m.provider = a.provider))
    GROUP BY ALL) TO '${out}' (FORMAT csv, HEADER)`);
}
