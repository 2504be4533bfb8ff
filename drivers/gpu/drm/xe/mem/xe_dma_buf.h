/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_DMA_BUF_H_
#define _XE_DMA_BUF_H_

struct dma_buf;
struct drm_device;
struct drm_gem_object;
struct xe_bo;

struct dma_buf *xe_dma_buf_export(struct drm_gem_object *obj, int flags);
struct drm_gem_object *xe_dma_buf_import(struct drm_device *dev, struct dma_buf *dma_buf);
void xe_dma_buf_about_to_move(struct xe_bo *bo);

#endif
