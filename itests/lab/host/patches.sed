# SPDX-License-Identifier: Apache-2.0
# Makes kernel/irq/irq_sim.c, which Debian's kernel leaves out, a part of the gpio-sim module.
# A module inside gpio-sim exports nothing; irq_to_desc() is not exported to modules, what it does is.
/^EXPORT_SYMBOL_GPL/d
s/irq_to_desc(\(\w*\))/irq_data_to_desc(irq_get_irq_data(\1))/
s/^#include <linux\/irq.h>/&\n#include <linux\/irqdesc.h>/
