/** What we use of autocannon 9, which brings no types. */
declare module 'autocannon' {
  export type Request = { method?: string; path?: string; body?: string; headers?: Record<string, string> };
  export type Result = {
    duration: number;
    errors: number;
    non2xx: number;
    requests: { average: number; total: number };
    latency: { p50: number; p99: number };
  };
  export type Options = {
    url: string;
    connections: number;
    duration: number;
    requests: { method: string; setupRequest(request: Request): Request }[];
  };
  export default function autocannon(options: Options): Promise<Result>;
}
