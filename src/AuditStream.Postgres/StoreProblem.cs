namespace AuditStream.Postgres;

/// <summary>Something wrong with the store's append-only layers.</summary>
/// <param name="Object">The table, index or role.</param>
/// <param name="Problem">What is wrong with it, as the rest of a sentence.</param>
/// <param name="IsOfThisLogin">Whether it is about the login that asked, and not about the store: it is too strong.</param>
public sealed record StoreProblem(string Object, string Problem, bool IsOfThisLogin = false);
