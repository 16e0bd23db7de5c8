/** Webhooks as their owners see them, and the pure rules about event types and URLs. */
@NullMarked
package dev.posthorn.webhook;

import org.jspecify.annotations.NullMarked;
