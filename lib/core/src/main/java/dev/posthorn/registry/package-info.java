/** The webhooks of this process: registering, matching, and keeping up with other processes. */
@NullMarked
package dev.posthorn.registry;

import org.jspecify.annotations.NullMarked;
