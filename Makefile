# SPDX-License-Identifier: GPL-2.0
# Each target does its own set-up; what has been built is not built again.
#
#	make run	the demonstration on a two-tile virtual GPU
#	make test	everything that must pass
#	make help	all targets and the variables they know

export DRIVER PLATFORM TILES DEVICES DEBUG IGT V

.PHONY: help run test compare shell check igt stock-fixes series modules setup clean

help:
	@sed -n 's/^#//p' tools/targets

setup:
	@tools/kernel build
	@tools/kernel module
	@tools/vgpu
	@tests/build

run: setup
	@TRACE=1 tools/boot -n run 'out/tests/demo'

test:
	@tests/run

compare: setup
	@tests/compare

shell: setup
	@tools/boot -i

check: setup
	@tools/check

igt: setup
	@tests/igt/run-igt

stock-fixes: setup
	@tests/stock-fixes

series:
	@tools/series

modules:
	$(MAKE) -C $(or $(KDIR),$(error KDIR= names the headers of a 7.3 kernel)) M=$(CURDIR)/drivers/gpu/drm/xe modules

clean:
	rm -rf out
