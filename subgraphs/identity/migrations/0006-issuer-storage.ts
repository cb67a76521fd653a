import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the issuer keeps: artifacts of sign-in, its signing keys, and services that sign in by themselves. A copy of
 * these tables opens nothing: what a holder presents is kept as a keyed digest, everything else under a key that is not
 * in the database (docs/decisions/0008-issuer.md).
 */
export class IssuerStorage1764000000060 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(artifacts)
    await db.query(keys)
    await db.query(clients)
    for (const table of ['artifact', 'signing_key', 'client']) await db.query(wall(`issuer.${table}`))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table identity.session drop column browser_digest;
      drop table issuer.artifact, issuer.signing_key, issuer.client`)
  }
}

/** Nobody is anybody's tenant here: the issuer's own sealed context is what opens these rows. */
const wall = (table: string) => `
  alter table ${table} enable row level security, force row level security;
  create policy wall on ${table} as restrictive to autora_issuer
    using ((select sec.actor_id()) is not null) with check ((select sec.actor_id()) is not null);
  create policy rows on ${table} to autora_issuer using (true) with check (true);`

const artifacts = `
  create table issuer.artifact (
    model                text not null check (char_length(model) between 1 and 60),
    digest               bytea not null check (octet_length(digest) = 32),
    authorization_digest bytea check (octet_length(authorization_digest) = 32),
    uid_digest           bytea check (octet_length(uid_digest) = 32),
    payload              bytea not null check (octet_length(payload) <= 100000),  -- sealed
    expires_at           timestamptz not null,
    consumed_at          timestamptz,
    primary key (model, digest)
  );
  comment on column issuer.artifact.model is 'class:INTERNAL';
  create index artifact_authorization on issuer.artifact (authorization_digest);
  create index artifact_uid on issuer.artifact (uid_digest);
  create index artifact_expires on issuer.artifact (expires_at);

  -- which browser a sign-in belongs to: signing out there ends all of them
  alter table identity.session add column browser_digest bytea check (octet_length(browser_digest) = 32);
  create index session_browser on identity.session (browser_digest);`

const keys = `
  create table issuer.signing_key (
    kid          text primary key check (char_length(kid) = 43),  -- thumbprint, RFC 7638
    public_key   jsonb not null check (not public_key ? 'd'),
    private_key  bytea not null,  -- sealed
    created_at   timestamptz not null,
    activates_at timestamptz not null,
    retires_at   timestamptz,  -- set when there is a successor
    check (activates_at >= created_at),
    check (retires_at >= activates_at)
  );
  comment on column issuer.signing_key.kid is 'class:PUBLIC';
  comment on column issuer.signing_key.public_key is 'class:PUBLIC';`

const clients = `
  create table issuer.client (
    id           text primary key check (id ~ '^[a-z0-9][a-z0-9-]{2,59}$'),
    name         text not null check (char_length(name) between 1 and 120),
    secret_mac   bytea not null check (octet_length(secret_mac) = 32),
    created_at   timestamptz not null default clock_timestamp(),
    disabled_at  timestamptz
  );
  comment on column issuer.client.id is 'class:INTERNAL';
  comment on column issuer.client.name is 'class:INTERNAL';`

const privileges = `
  grant select, insert, delete on issuer.artifact to autora_issuer;
  grant update (authorization_digest, uid_digest, payload, expires_at, consumed_at) on issuer.artifact to autora_issuer;
  grant select, insert, delete on issuer.signing_key to autora_issuer;
  grant update (retires_at) on issuer.signing_key to autora_issuer;
  grant select on issuer.client to autora_issuer;
  grant insert (id, name, secret_mac) on issuer.client to autora_issuer;
  grant update (secret_mac, disabled_at) on issuer.client to autora_issuer;`
