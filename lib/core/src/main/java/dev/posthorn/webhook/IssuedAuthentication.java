package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What creating or rotating an authentication returns: the only thing that ever carries its key
 * out.
 *
 * @param authentication the authentication, with the fingerprint of its new key
 * @param secret the new key, given or generated, to be shown to its owner once
 * @param previousUntil until when, exclusive, requests also carry proofs by the keys before it,
 *     where their contracts' requests can carry several; null if from now on only the new key is
 *     used
 */
public record IssuedAuthentication(
    NamedAuthentication authentication, Secret secret, @Nullable Instant previousUntil) {}
