/** The ports that a store implements, and what they carry. Hosts rarely need to look in here. */
@NullMarked
package dev.posthorn.store;

import org.jspecify.annotations.NullMarked;
