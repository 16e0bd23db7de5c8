package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What rotating returns. Beside {@link Registration}, the only thing that ever carries a key out.
 *
 * @param webhook the webhook, with the fingerprint of its new key
 * @param secret the new key, to be shown to its owner once
 * @param previousUntil until when, exclusive, requests also carry proofs by the keys before it, by
 *     the clock of the process that sends; null if from now on only the new key is used
 */
public record Rotation(Webhook webhook, Secret secret, @Nullable Instant previousUntil) {}
