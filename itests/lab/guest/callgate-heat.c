// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A thermal zone that is as warm as a test wants: /sys/module/callgate_heat/parameters/millidegrees; what is written to
 * present (Y, N) makes it come and go.
 */
#include <linux/module.h>
#include <linux/thermal.h>

static struct thermal_zone_device *zone;
static int millidegrees = 41500;
module_param(millidegrees, int, 0644);

static int temperature(struct thermal_zone_device *of, int *answer)
{
	*answer = millidegrees;
	return 0;
}

static struct thermal_zone_device_ops ops = { .get_temp = temperature };

static int come(void)
{
	struct thermal_zone_device *made = thermal_zone_device_register("callgate_heat", 0, 0, NULL, &ops, NULL, 0, 0);

	if (IS_ERR(made))
		return PTR_ERR(made);
	zone = made;
	return thermal_zone_device_enable(zone);
}

static void go(void)
{
	if (zone)
		thermal_zone_device_unregister(zone);
	zone = NULL;
}

/* The kernel lets one write at a time reach a module's parameters. */
static int set_present(const char *text, const struct kernel_param *parameter)
{
	bool wanted;
	int error = kstrtobool(text, &wanted);

	if (error)
		return error;
	if (!wanted)
		go();
	return wanted && !zone ? come() : 0;
}

static int get_present(char *text, const struct kernel_param *parameter)
{
	return sysfs_emit(text, "%c\n", zone ? 'Y' : 'N');
}

static const struct kernel_param_ops present_ops = { .set = set_present, .get = get_present };
module_param_cb(present, &present_ops, NULL, 0644);

static int __init begin(void)
{
	return zone ? 0 : come();
}

module_init(begin);
module_exit(go);
MODULE_DESCRIPTION("Callgate's lab: a thermal zone");
MODULE_LICENSE("GPL v2");
