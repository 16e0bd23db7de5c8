/** Tests of applications that send webhooks. */
@NullMarked
package dev.posthorn.testing;

import org.jspecify.annotations.NullMarked;
