// SPDX-License-Identifier: MIT
//
// others.mjs: the same contracts by rules engines for Node. The amounts of the rows are
// added up in plain JavaScript; the engine takes the percentages of the plan and decides
// about the cap and the collar.
//
//     node others.mjs plain|json-rules-engine|zen FOLDER
//
// The engines are found in node_modules of the working directory:
// npm install json-rules-engine@7 @gorules/zen-engine@0.54
import {createReadStream, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';

const require = createRequire(process.cwd() + '/');
const [engine, folder] = process.argv.slice(2);
const prices = new Map(JSON.parse(readFileSync(folder + '/tariff.json')).tables.prices.rows.map(
    (row) => [row.hrg + '/' + row.pod, Number(row.price)]));

const deciders = {
  plain: () => async ({actual, plan, cap, floor}) =>
    Math.min(Math.max(actual, Math.round(plan * (100 + 100 * floor))), Math.round(plan * (100 + 100 * cap))),
  'json-rules-engine': () => {
    const {Engine} = require('json-rules-engine');
    const rules = new Engine();
    const bound = (name, share) => rules.addFact(name, async (_, almanac) =>
      Math.round(await almanac.factValue('plan') * (100 + 100 * await almanac.factValue(share))));
    bound('most', 'cap');
    bound('least', 'floor');
    const when = (operator, value) => ({all: [{fact: 'actual', operator, value: {fact: value}}]});
    rules.addRule({conditions: when('greaterThan', 'most'), event: {type: 'most'}});
    rules.addRule({conditions: when('lessThan', 'least'), event: {type: 'least'}});
    return async (facts) => {
      const {events, almanac} = await rules.run(facts);
      return events.length === 0 ? facts.actual : almanac.factValue(events[0].type);
    };
  },
  zen: () => {
    const {ZenEngine} = require('@gorules/zen-engine');
    const decision = new ZenEngine().createDecision({
      nodes: [
        {id: 'in', type: 'inputNode', name: 'in', position: {x: 0, y: 0}},
        {id: 'cap', type: 'expressionNode', name: 'cap', position: {x: 0, y: 0}, content: {
          expressions: [
            {id: 'm', key: 'most', value: 'plan * (100 + 100 * cap)'},
            {id: 'l', key: 'least', value: 'plan * (100 + 100 * floor)'},
            {id: 'e', key: 'pay',
              value: 'actual > $.most ? $.most : (actual < $.least ? $.least : actual)'}]}},
        {id: 'out', type: 'outputNode', name: 'out', position: {x: 0, y: 0}}],
      edges: [{id: 'a', sourceId: 'in', targetId: 'cap', type: 'edge'},
        {id: 'b', sourceId: 'cap', targetId: 'out', type: 'edge'}]});
    return async (facts) => (await decision.evaluate(facts)).result.pay;
  },
};

const decide = deciders[engine]();
let total = 0;
let n = 0;
const begun = performance.now();
for await (const line of createInterface({input: createReadStream(folder + '/set.ndjson')})) {
  const contract = JSON.parse(line);
  let actual = 0; // pennies, so that whole numbers are added up
  for (const row of contract.facts.activity) {
    actual += row.count * prices.get(row.hrg + '/' + row.pod) * 100;
  }
  const {plan, cap, collar} = contract.arrangements.main[1].params;
  total += await decide({actual, plan: Number(plan), cap: Number(cap), floor: -Number(collar)});
  n++;
}
console.log((n / (performance.now() - begun) * 1000).toFixed(0), (total / 100).toFixed(2));
