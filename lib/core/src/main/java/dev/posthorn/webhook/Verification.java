package dev.posthorn.webhook;

import java.time.Instant;

/**
 * The last check of an endpoint.
 *
 * @param verified whether it passed
 * @param checkedAt when it was made, by the checking process's clock
 * @param detail what came back, for a person, for example {@code HEAD answered 405, GET answered
 *     204} or {@code HEAD failed: the connection was refused}; never a part of a response's body
 */
public record Verification(boolean verified, Instant checkedAt, String detail) {}
