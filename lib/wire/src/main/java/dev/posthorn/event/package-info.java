/** Events in the one form that is stored and sent: checked CloudEvents 1.0 as JSON. */
@NullMarked
package dev.posthorn.event;

import org.jspecify.annotations.NullMarked;
