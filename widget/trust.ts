type Rules = { createScript: (text: string) => string; createScriptURL: (url: string) => string };
type Factory = { createPolicy: (name: string, rules: Rules) => Rules };

let policy: Rules | undefined;

/**
 * The two sinks that can start code. Under Trusted Types the page allows the policy `avow`; elsewhere the rules are the
 * identity. Made at the first use, so a page that gates nothing needs no policy.
 */
export function trusted(): Rules {
  if (policy) return policy;
  const rules: Rules = { createScript: (text) => text, createScriptURL: (url) => url };
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  policy = factory ? factory.createPolicy('avow', rules) : rules;
  return policy;
}
