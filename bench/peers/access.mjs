// Decisions a second of casbin and Cedar on the rules, rights and questions that bench/policy.access_bench.cc wrote: one line for
// each peer, "NAME RATE RIGHTS ASKED ALLOWED" (ASKED: how many of the questions it got to in its first round, ALLOWED of them).
//   node access.mjs PROBLEM RIGHTS                 each peer with ten times as many rights until it needs longer than the bound
//   node access.mjs PROBLEM RIGHTS PEER COUNT      one of them
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';

const [, self, problem, rightsFile, peer, count] = process.argv;
const kBoundMs = 90_000;

const anyOr = (value, text) => (value === '*' ? '' : text);

async function casbin(rules, rights) {
  const { newEnforcer, newModelFromString, StringAdapter } = await import('casbin');
  const model = newModelFromString(`[request_definition]
r = sub, duty, act, dataset, cat, purpose, level
[policy_definition]
p = sub, duty, act, dataset, cat, purpose, lmin, lmax, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.sub == "*" || r.sub == p.sub) && (p.act == "*" || r.act == p.act) && (p.dataset == "*" || r.dataset == p.dataset) && (p.duty == "*" || r.duty == p.duty) && (p.cat == "*" || r.cat == p.cat) && (p.purpose == "*" || r.purpose == p.purpose) && r.level >= Number(p.lmin) && r.level <= Number(p.lmax)`);
  const enforcer = await newEnforcer(model, new StringAdapter('p, nobody, *, *, *, *, *, 1, 1, allow'));
  enforcer.addFunction?.('Number', (x) => Number(x));
  // Handed to the model itself: the enforcer's own way compares each line with all before it.
  const policy = model.model.get('p').get('p').policy;
  for (const r of rules) policy.push(['*', r.duty, r.action, r.dataset, r.category, r.purpose, String(r.min), String(r.max), r.permit ? 'allow' : 'deny']);
  for (const [person, action, dataset, category, purpose, max] of rights) policy.push([person, '*', action, dataset, category, purpose, '1', max, 'allow']);
  return (q) => enforcer.enforceSync(q.person, q.duty, q.action, q.dataset, q.category, q.purpose, q.level);
}

async function cedar(rules, rights, questions) {
  const wasm = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');
  const policy = (effect, principal, action, dataset, category, purpose, min, max) =>
    `${effect}(principal${principal}, action${anyOr(action, ` == Action::"${action}"`)}, resource${anyOr(dataset, ` == Dataset::"${dataset}"`)}) when { ${anyOr(category, `context.category == "${category}" && `)}${anyOr(purpose, `context.purpose == "${purpose}" && `)}context.level >= ${min} && context.level <= ${max} };`;
  const texts = rules.map((r) => policy(r.permit ? 'permit' : 'forbid', anyOr(r.duty, ` in Duty::"${r.duty}"`), r.action, r.dataset, r.category, r.purpose, r.min, r.max));
  for (const [person, action, dataset, category, purpose, max] of rights) texts.push(policy('permit', ` == Person::"${person}"`, action, dataset, category, purpose, 1, max));
  const parsed = wasm.preparsePolicySet('bench', { staticPolicies: texts.join('\n') });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed).slice(0, 200));
  for (const q of questions)
    q.entities = [{ uid: { type: 'Person', id: q.person }, attrs: {}, parents: [{ type: 'Duty', id: q.duty }] }, { uid: { type: 'Duty', id: q.duty }, attrs: {}, parents: [] }];
  return (q) => {
    const answer = wasm.statefulIsAuthorized({
      principal: { type: 'Person', id: q.person }, action: { type: 'Action', id: q.action }, resource: { type: 'Dataset', id: q.dataset },
      context: { category: q.category, purpose: q.purpose, level: q.level }, preparsedPolicySetId: 'bench', validateRequest: false, entities: q.entities,
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer).slice(0, 200));
    return answer.response.decision === 'allow';
  };
}

async function one() {
  const { rules, questions, seconds } = JSON.parse(readFileSync(problem, 'utf8'));
  const rights = readFileSync(rightsFile, 'utf8').split('\n', Number(count)).map((line) => line.split(' '));
  const decide = await { casbin, cedar }[peer](rules, rights, questions);
  let done = 0, allowed = 0;
  const start = performance.now(), end = start + seconds * 1000;
  while (performance.now() < end) {
    const yes = decide(questions[done % questions.length]);
    if (done < questions.length && yes) allowed++;
    done++;
  }
  const rate = (done * 1000) / (performance.now() - start);
  console.log([{ casbin: 'casbin', cedar: 'Cedar' }[peer], rate.toFixed(3), rights.length, Math.min(done, questions.length), allowed].join(' '));
}

if (peer) {
  await one();
} else {
  for (const name of ['cedar', 'casbin']) {
    let best = '';
    for (const size of [0, 10_000, 100_000, 1_000_000]) {
      const run = spawnSync(process.execPath, ['--max-old-space-size=6144', self, problem, rightsFile, name, String(size)], { timeout: kBoundMs, encoding: 'utf8' });
      if (run.status !== 0) break;
      best = run.stdout;
    }
    process.stdout.write(best);
  }
}
