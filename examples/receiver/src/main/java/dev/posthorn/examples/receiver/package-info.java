/** A complete receiver of webhooks. */
@NullMarked
package dev.posthorn.examples.receiver;

import org.jspecify.annotations.NullMarked;
