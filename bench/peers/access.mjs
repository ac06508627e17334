// Decisions a second of casbin and Cedar on the rules and questions that bench/policy.access_bench.cc wrote, as one JSON line.
// The peers get the rules alone, without the million rights: the smaller problem.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { rules, questions, seconds } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const out = {};
const rate = (decide) => {
  let done = 0, allowed = 0;
  const start = performance.now(), end = start + seconds * 1000;
  while (performance.now() < end) {
    allowed += decide(questions[done % questions.length]) ? 1 : 0;
    done++;
  }
  return { rate: (done * 1000) / (performance.now() - start), allowed: allowed / done, done };
};

try {
  const { newEnforcer, newModelFromString, StringAdapter } = await import('casbin');
  const model = newModelFromString(`[request_definition]
r = duty, act, dataset, cat, purpose, level
[policy_definition]
p = duty, act, dataset, cat, purpose, lmin, lmax, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.act == "*" || r.act == p.act) && (p.dataset == "*" || r.dataset == p.dataset) && (p.duty == "*" || r.duty == p.duty) && (p.cat == "*" || r.cat == p.cat) && (p.purpose == "*" || r.purpose == p.purpose) && r.level >= Number(p.lmin) && r.level <= Number(p.lmax)`);
  const lines = rules.map((r) => ['p', r.duty, r.action, r.dataset, r.category, r.purpose, String(r.min), String(r.max), r.permit ? 'allow' : 'deny'].join(', '));
  const enforcer = await newEnforcer(model, new StringAdapter(lines.join('\n')));
  enforcer.addFunction?.('Number', (x) => Number(x));
  out.casbin = rate((q) => enforcer.enforceSync(q.duty, q.action, q.dataset, q.category, q.purpose, q.level));
} catch (e) { out.casbin_error = String(e.message ?? e).slice(0, 200); }

try {
  const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');
  const any = (value, text) => (value === '*' ? '' : text);
  const staticPolicies = rules.map((r) => `${r.permit ? 'permit' : 'forbid'}(principal${any(r.duty, ` in Duty::"${r.duty}"`)}, action${any(r.action, ` == Action::"${r.action}"`)}, resource${any(r.dataset, ` == Dataset::"${r.dataset}"`)}) when { ${any(r.category, `context.category == "${r.category}" && `)}${any(r.purpose, `context.purpose == "${r.purpose}" && `)}context.level >= ${r.min} && context.level <= ${r.max} };`).join('\n');
  const parsed = cedar.preparsePolicySet('bench', { staticPolicies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed).slice(0, 200));
  const duties = [...new Set(questions.map((q) => q.duty))];
  const entitiesOf = Object.fromEntries(duties.map((d) => [d, [{ uid: { type: 'Person', id: 'p' }, attrs: {}, parents: [{ type: 'Duty', id: d }] }, { uid: { type: 'Duty', id: d }, attrs: {}, parents: [] }]]));
  out.cedar = rate((q) => {
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'Person', id: 'p' }, action: { type: 'Action', id: q.action }, resource: { type: 'Dataset', id: q.dataset },
      context: { category: q.category, purpose: q.purpose, level: q.level }, preparsedPolicySetId: 'bench', validateRequest: false, entities: entitiesOf[q.duty],
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer).slice(0, 200));
    return answer.response.decision === 'allow';
  });
} catch (e) { out.cedar_error = String(e.message ?? e).slice(0, 200); }
console.log(JSON.stringify(out));
