-- The requests that instances on this store have lent themselves of an organisation's budget.
CREATE TABLE shared_budget (
  org TEXT NOT NULL PRIMARY KEY,
  lent_until BIGINT NOT NULL        -- when the next one may be spent: nanoseconds since 1970 by the database's clock
);
