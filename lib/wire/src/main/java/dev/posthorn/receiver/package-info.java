/** The receiving end of webhooks: from a request to an event, handled once, and its answer. */
@NullMarked
package dev.posthorn.receiver;

import org.jspecify.annotations.NullMarked;
