import type pg from 'pg';

/** What sends a statement to Postgres: the pool, or one of its connections. */
export type Queryable = Pick<pg.Pool, 'query'>;
